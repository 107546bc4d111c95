/**
 * The cases, one class or some for each group. A class has no state; a case is a method with a {@link
 * org.netdev4j.conformance.Bench}.
 *
 * <p>Sources are cited so: <i>contract</i> is the Javadoc of {@code org.netdev4j.api}; <i>uknetdev</i> with a number is
 * an item of Unikraft's uknetdev [unikraft lib/uknetdev/include/uk/netdev.h, netdev_core.h, eaf6fda1]; <i>DTS</i> with
 * a suite's name is the DPDK Test Suite [DPDK dts/tests, 38f72e50, and the older repository]; <i>selftests</i> is
 * Linux's tools/testing/selftests/drivers/net; <i>ENA fix</i> with a version is an entry of the release notes of
 * amzn-drivers (L: kernel/linux/ena, F: kernel/fbsd/ena, D: userspace/dpdk) or a commit of DPDK's drivers/net/ena.
 */
package org.netdev4j.conformance.cases;

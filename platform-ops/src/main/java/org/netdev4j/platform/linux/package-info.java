/**
 * Linux calls: one jnr-ffi interface ({@link org.netdev4j.platform.linux.LibC}), and checked wrappers that turn a failure
 * into a {@link org.netdev4j.platform.LinuxException} with the errno by name.
 *
 * <p>Not exported. The only package that knows jnr-ffi, which is loaded by the first call and not before. Constants and
 * structure layouts are those of Linux on x86-64 and AArch64, which agree except where said; other machines are refused.
 */
package org.netdev4j.platform.linux;

/**
 * Frames for cases, and what is known about them: built, read, summed and hashed in the plainest way there is.
 *
 * <p>Nothing here uses {@code org.netdev4j.net}, on purpose: drivers and device models do, and a mistake in code that
 * both a device and its judge use would hide itself.
 */
package org.netdev4j.conformance.frame;

/**
 * Decorators for any device: what goes through it is captured ({@link org.netdev4j.api.decorate.CapturingNetDev}),
 * written down ({@link org.netdev4j.api.decorate.TracingNetDev}) or spoilt ({@link
 * org.netdev4j.api.decorate.FaultyNetDev}). Each is a {@link org.netdev4j.api.NetDev} around another, and they can be
 * stacked: the outermost sees what the application sees, the innermost what the device sees. Closing the outermost
 * closes all.
 *
 * <p>Own decorators extend {@link org.netdev4j.api.decorate.ForwardingNetDev}.
 */
package org.netdev4j.api.decorate;

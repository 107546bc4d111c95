/**
 * What carries frames between devices and the world: in-process wires, TAP interfaces of the kernel, capture files.
 *
 * <p>{@link org.netdev4j.platform.wire.Wires} makes a {@link org.netdev4j.platform.wire.WirePort} from what a user writes;
 * tests and device models make {@link org.netdev4j.platform.wire.BackToBack} and
 * {@link org.netdev4j.platform.wire.LearningSwitch} themselves. {@link org.netdev4j.platform.wire.ImpairedWire} makes any of
 * them lossy, slow or late. {@link org.netdev4j.platform.wire.CaptureReader} and
 * {@link org.netdev4j.platform.wire.CaptureWriter} read and write capture files.
 */
package org.netdev4j.platform.wire;

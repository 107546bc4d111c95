/**
 * The control channel of served devices: how a test in another process, or in a virtual machine, powers them on, makes them
 * fail and holds the far end of their wires. The protocol is in {@link org.netdev4j.models.control.Protocol}.
 */
package org.netdev4j.models.control;

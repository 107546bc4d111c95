/**
 * What a device model is, and what it is given by whoever plugs it in: the simulated bus of this process, or a server that
 * shows it to another.
 */
package org.netdev4j.models.device;

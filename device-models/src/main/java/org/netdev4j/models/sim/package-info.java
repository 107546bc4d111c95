/**
 * The simulated bus: plugs device models into this process, behind a simulated IOMMU, with their accesses counted,
 * written down and spoiled on request. {@link org.netdev4j.models.sim.SimDevices} finds the devices that are plugged
 * in.
 */
package org.netdev4j.models.sim;

/**
 * PCI functions of this machine: what Linux's sysfs says of them, and the bus {@code pci:} that gives them to drivers, through
 * VFIO or, where nothing translates, through sysfs alone.
 */
package org.netdev4j.platform.pci;

/** Where devices come from: addresses, buses, PCI functions and their interrupts. */
package org.netdev4j.platform.bus;

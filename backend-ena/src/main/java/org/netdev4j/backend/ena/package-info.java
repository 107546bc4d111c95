/**
 * The driver of the Elastic Network Adapter. Its flow is that of the drivers that Amazon publishes, whose names it
 * keeps where it can: probe, reset, admin queue, event queue, negotiation, queues, watchdog. Everything of the machine
 * goes through {@code org.netdev4j.platform}. What applications can ask an ENA beyond a network device is {@link
 * org.netdev4j.backend.ena.EnaExtension}.
 */
package org.netdev4j.backend.ena;

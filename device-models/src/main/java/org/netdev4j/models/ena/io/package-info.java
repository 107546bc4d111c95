/**
 * The data side of the ENA model: submission and completion queues in host memory and in the device's own (LLQ), transmit
 * with checksums and segmentation, receive with parsing, RSS and flow steering, interrupts, allowances, and what can go
 * wrong with them.
 *
 * <p>The control side creates queues here as admin commands ask, writes {@link org.netdev4j.models.ena.io.EnaSettings},
 * and passes on the writes of doorbells, LLQ memory and interrupt control registers.
 */
package org.netdev4j.models.ena.io;

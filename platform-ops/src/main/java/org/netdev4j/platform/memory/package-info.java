/** Memory: checked access of every width, DMA regions with address and IOVA, what stands behind them and who sees them. */
package org.netdev4j.platform.memory;

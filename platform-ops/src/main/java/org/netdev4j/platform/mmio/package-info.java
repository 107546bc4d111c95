/** Device registers, mapped or trapped: one call, one access. */
package org.netdev4j.platform.mmio;

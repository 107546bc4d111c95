/** Packet headers and the arithmetic on them, over memory. */
package org.netdev4j.net;

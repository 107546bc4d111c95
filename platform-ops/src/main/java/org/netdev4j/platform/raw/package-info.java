/** Unchecked access to memory, for the classes that check. */
package org.netdev4j.platform.raw;

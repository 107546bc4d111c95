/**
 * Time, waiting, locks, barriers and randomness: what {@code ena_plat} gives to the ENA drivers, and the {@link
 * org.netdev4j.platform.Platform} that holds it together.
 */
package org.netdev4j.platform;

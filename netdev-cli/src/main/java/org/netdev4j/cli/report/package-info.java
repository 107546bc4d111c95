/** What a device says of itself, in the shapes of {@code ethtool}: as text, and as maps for JSON under the keys of {@code ethtool --json}. */
package org.netdev4j.cli.report;

/** Opens devices as the configuration describes them. */
package org.netdev4j.cli.device;

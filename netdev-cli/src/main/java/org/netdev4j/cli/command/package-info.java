/** The commands, as picocli calls them. */
package org.netdev4j.cli.command;

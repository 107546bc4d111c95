/** What the tool has of the world outside: streams, terminal, environment. */
package org.netdev4j.cli.console;

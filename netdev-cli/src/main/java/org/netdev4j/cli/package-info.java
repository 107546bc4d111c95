/** The composition root: {@link org.netdev4j.cli.Main} has Guice put the tool together, and nothing else knows of Guice. */
package org.netdev4j.cli;

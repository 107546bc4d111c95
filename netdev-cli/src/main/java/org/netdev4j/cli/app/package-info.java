/**
 * The applications that {@code netdev run} runs: each opens devices and has workers, which {@link org.netdev4j.cli.app.Runner} calls on
 * threads of their own.
 */
package org.netdev4j.cli.app;

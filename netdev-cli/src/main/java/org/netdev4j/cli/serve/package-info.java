/** {@code netdev serve}: simulated devices for other processes, and the commands that a person gives meanwhile. */
package org.netdev4j.cli.serve;

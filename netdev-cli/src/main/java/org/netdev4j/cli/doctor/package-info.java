/** Looks a machine and a device over, and says of each thing whether it is as it should be and what to do if not. */
package org.netdev4j.cli.doctor;

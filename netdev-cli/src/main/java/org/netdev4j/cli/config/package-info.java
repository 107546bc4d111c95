/**
 * The one key space of the configuration: what keys there are ({@link org.netdev4j.cli.config.Keys}), where values come from
 * ({@link org.netdev4j.cli.config.Origin}) and what is in effect ({@link org.netdev4j.cli.config.Config}).
 */
package org.netdev4j.cli.config;

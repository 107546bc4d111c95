package org.netdev4j.models.device;

/**
 * What a model's faults call the queues of a driver; implemented by models whose devices number queues in their own way. For the
 * device's thread, or while it is kept out.
 */
public interface QueuePlaces {
    /**
     * The place of the faults of a queue's completions.
     *
     * @param receive direction
     * @param queue   how many queues of that direction the driver made before it, of those that are there now
     * @return the place, or -1 if there is no such queue now
     */
    int place(boolean receive, int queue);
}

package dev.wfmbridge.kafka;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;

/** What the topics must look like, how they are created, and what is wrong with existing ones. */
public final class TopicPlan {

    private static final long WAIT = 30;
    private static final long LOOK = 100;
    private static final String DAY = "86400000";
    private static final String WEEK = "604800000";

    private final Topics topics;
    private final Admin admin;

    /** One finding. @param wrong what is wrong and how to fix it; null if nothing */
    public record Finding(String topic, String wrong) {}

    private record Wanted(int partitions, Map<String, String> options) {}

    public TopicPlan(Topics topics, Admin admin) {
        this.topics = topics;
        this.admin = admin;
    }

    private Map<String, Wanted> wanted() {
        Map<String, Wanted> wanted = new TreeMap<>();
        Map<String, String> compacted = Map.of(
                TopicConfig.CLEANUP_POLICY_CONFIG,
                TopicConfig.CLEANUP_POLICY_COMPACT,
                // A process that was away for a week still hears that something is gone.
                TopicConfig.DELETE_RETENTION_MS_CONFIG,
                WEEK);
        wanted.put(topics.clock(), new Wanted(1, deleted(WEEK)));
        // They hold addresses: kept no longer than needed.
        wanted.put(topics.parts(), new Wanted(Topics.PARTITIONS, deleted(DAY)));
        wanted.put(topics.results(), new Wanted(Topics.PARTITIONS, deleted(WEEK)));
        wanted.put(topics.segments(), new Wanted(Topics.PARTITIONS, compacted));
        wanted.put(topics.errors(), new Wanted(1, deleted(DAY)));
        return wanted;
    }

    private static Map<String, String> deleted(String after) {
        return Map.of(
                TopicConfig.CLEANUP_POLICY_CONFIG,
                TopicConfig.CLEANUP_POLICY_DELETE,
                TopicConfig.RETENTION_MS_CONFIG,
                after);
    }

    /**
     * Makes the topics that are missing.
     *
     * @param replicas of each partition; 0 = as the brokers do by themselves
     * @return the names of those that were made
     * @throws UnreachableException if the brokers do not answer, or refuse
     */
    public List<String> create(int replicas) throws UnreachableException {
        return Answer.to(() -> createMissing(replicas), TopicPlan::refused);
    }

    private List<String> createMissing(int replicas) throws ExecutionException, InterruptedException, TimeoutException {
        Set<String> there = admin.listTopics().names().get(WAIT, TimeUnit.SECONDS);
        List<NewTopic> missing = new ArrayList<>();
        wanted().forEach((name, topic) -> {
            if (!there.contains(name)) {
                missing.add(new NewTopic(
                                name,
                                Optional.of(topic.partitions()),
                                replicas == 0 ? Optional.empty() : Optional.of((short) replicas))
                        .configs(topic.options()));
            }
        });
        admin.createTopics(missing).all().get(WAIT, TimeUnit.SECONDS);
        List<String> made = missing.stream().map(NewTopic::name).toList();
        // Brokers learn of them a moment later; once this returns, a process may start at once.
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT);
        while (!admin.listTopics().names().get(WAIT, TimeUnit.SECONDS).containsAll(made)) {
            if (System.nanoTime() - until > 0) {
                throw new TimeoutException();
            }
            Thread.sleep(LOOK);
        }
        return made;
    }

    private static String refused(Exception why) {
        Throwable cause = why instanceof ExecutionException && why.getCause() != null ? why.getCause() : why;
        return "Kafka refused, or gave no answer: " + cause.getClass().getSimpleName() + ".";
    }

    /** Looks at each topic. */
    public List<Finding> check() throws UnreachableException {
        return Answer.to(this::findings, TopicPlan::refused);
    }

    private List<Finding> findings() throws ExecutionException, InterruptedException, TimeoutException {
        Set<String> there = admin.listTopics().names().get(WAIT, TimeUnit.SECONDS);
        List<Finding> findings = new ArrayList<>();
        for (Map.Entry<String, Wanted> topic : wanted().entrySet()) {
            findings.add(new Finding(
                    topic.getKey(),
                    there.contains(topic.getKey())
                            ? wrong(topic.getKey(), topic.getValue())
                            : "is not there: wfm-bridge kafka create-topics"));
        }
        return findings;
    }

    private String wrong(String name, Wanted wanted) throws ExecutionException, InterruptedException, TimeoutException {
        TopicDescription topic = admin.describeTopics(
                        List.of(name), new DescribeTopicsOptions().includeAuthorizedOperations(true))
                .allTopicNames()
                .get(WAIT, TimeUnit.SECONDS)
                .get(name);
        if (topic.partitions().size() != wanted.partitions()) {
            return "has " + topic.partitions().size() + " partitions in place of " + wanted.partitions()
                    + ": kafka export what is known, delete the topics, kafka create-topics, kafka import";
        }
        Set<AclOperation> rights = topic.authorizedOperations();
        if (rights != null && !rights.containsAll(Set.of(AclOperation.READ, AclOperation.WRITE))) {
            return "may not be read and written by this user: give it READ and WRITE on the topic";
        }
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, name);
        Config options = admin.describeConfigs(List.of(resource))
                .all()
                .get(WAIT, TimeUnit.SECONDS)
                .get(resource);
        ConfigEntry cleanup = options.get(TopicConfig.CLEANUP_POLICY_CONFIG);
        String policy = wanted.options().get(TopicConfig.CLEANUP_POLICY_CONFIG);
        return cleanup != null && !cleanup.value().equals(policy)
                ? "has cleanup.policy=" + cleanup.value() + " in place of " + policy + ": alter the topic"
                : null;
    }
}

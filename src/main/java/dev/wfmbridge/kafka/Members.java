package dev.wfmbridge.kafka;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.camel.util.ObjectHelper;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.MemberToRemove;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.common.ConsumerGroupState;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.UnknownMemberIdException;

/**
 * The processes as the brokers know them. One that was killed is among them until the session time-out.
 *
 * @param reader the process that reads Zendesk; null if there is none at the moment
 * @param owners partition of parts → the process that owns it
 * @param processes all of them, by name
 */
record Members(String reader, Map<Integer, String> owners, Set<String> processes) {

    private static final long WAIT = 10;
    /** A stop is not held up for long by what only saves the others a wait. */
    private static final long LEAVE_WAIT = 3;

    private static final String SILENT = "Kafka does not say which processes there are.";
    private static final String OF_CLOCK = "-clock";
    private static final String OF_PARTS = "-parts";

    /** How many partitions each process owns. */
    Map<String, Integer> shares() {
        Map<String, Integer> shares = new TreeMap<>();
        processes.forEach(process -> shares.put(process, 0));
        owners.values().forEach(process -> shares.merge(process, 1, Integer::sum));
        return shares;
    }

    /**
     * Asks the brokers.
     *
     * @param group of the processes, as {@code routes/kafka} name it
     * @throws UnreachableException if they give no answer, or this user may not ask
     */
    static Members of(Admin admin, String group) throws UnreachableException {
        return Answer.to(() -> asked(admin, group), SILENT);
    }

    private static Members asked(Admin admin, String group)
            throws ExecutionException, TimeoutException, InterruptedException {
        String reader = null;
        Map<Integer, String> owners = new HashMap<>();
        Set<String> processes = new TreeSet<>();
        for (MemberDescription member : members(admin, group + OF_CLOCK)) {
            processes.add(name(member, OF_CLOCK));
            if (!member.assignment().topicPartitions().isEmpty()) {
                reader = name(member, OF_CLOCK);
            }
        }
        for (MemberDescription member : members(admin, group)) {
            processes.add(name(member, OF_PARTS));
            for (TopicPartition partition : member.assignment().topicPartitions()) {
                owners.put(partition.partition(), name(member, OF_PARTS));
            }
        }
        return new Members(reader, Map.copyOf(owners), Set.copyOf(processes));
    }

    /**
     * A process leaves for good, or for a while: others get the reading of Zendesk at once, and its organisations too.
     *
     * @param withParts whether its organisations are not to wait for it
     * @throws UnreachableException if the brokers give no answer, or this user may not do that
     */
    static void leave(Admin admin, String group, String process, boolean withParts) throws UnreachableException {
        remove(admin, group + OF_CLOCK, process + OF_CLOCK);
        if (withParts) {
            remove(admin, group, process + OF_PARTS);
        }
    }

    private static void remove(Admin admin, String group, String instance) throws UnreachableException {
        MemberToRemove member = new MemberToRemove(instance);
        try {
            Answer.to(
                    () -> admin.removeMembersFromConsumerGroup(
                                    group, new RemoveMembersFromConsumerGroupOptions(Set.of(member)))
                            .memberResult(member)
                            .get(LEAVE_WAIT, TimeUnit.SECONDS),
                    failed -> failed instanceof ExecutionException
                            ? "Kafka does not let the process leave."
                            : "Kafka does not say whether the process has left.");
        } catch (UnreachableException failed) {
            // A process that is not there need not leave.
            if (ObjectHelper.getException(UnknownMemberIdException.class, failed) == null) {
                throw failed;
            }
        }
    }

    /**
     * How many partitions of parts belong to no process; empty while they are being dealt out.
     *
     * @throws UnreachableException if the brokers give no answer, or this user may not ask
     */
    static OptionalInt unowned(Admin admin, String group) throws UnreachableException {
        return Answer.to(
                () -> {
                    Optional<ConsumerGroupDescription> described = described(admin, group);
                    if (described.isEmpty() || described.get().state() != ConsumerGroupState.STABLE) {
                        return OptionalInt.empty();
                    }
                    int owned = described.get().members().stream()
                            .mapToInt(member ->
                                    member.assignment().topicPartitions().size())
                            .sum();
                    return OptionalInt.of(Topics.PARTITIONS - owned);
                },
                SILENT);
    }

    private static Collection<MemberDescription> members(Admin admin, String group)
            throws ExecutionException, InterruptedException, TimeoutException {
        return described(admin, group).map(ConsumerGroupDescription::members).orElse(List.of());
    }

    /** Empty if no process has ever been there. */
    private static Optional<ConsumerGroupDescription> described(Admin admin, String group)
            throws ExecutionException, InterruptedException, TimeoutException {
        try {
            return Optional.of(admin.describeConsumerGroups(List.of(group))
                    .describedGroups()
                    .get(group)
                    .get(WAIT, TimeUnit.SECONDS));
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof GroupIdNotFoundException) {
                return Optional.empty();
            }
            throw failed;
        }
    }

    private static String name(MemberDescription member, String suffix) {
        String name = member.groupInstanceId().orElse(member.consumerId());
        return name.endsWith(suffix) ? name.substring(0, name.length() - suffix.length()) : name;
    }
}

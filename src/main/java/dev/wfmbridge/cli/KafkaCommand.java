package dev.wfmbridge.cli;

import dev.wfmbridge.config.ConfigurationException;
import dev.wfmbridge.config.Settings;
import dev.wfmbridge.data.DataFolder;
import dev.wfmbridge.data.HeldLock;
import dev.wfmbridge.kafka.Shell;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code kafka}: the topics, and moving between one process with a data folder and several with Kafka. */
@Command(
        name = "kafka",
        description = "Creates the topics of kafka.brokers, and moves what is known there and back.",
        subcommands = {KafkaCommand.CreateTopics.class, KafkaCommand.Import.class, KafkaCommand.Export.class},
        footer = {
            "",
            "Examples:",
            "  wfm-bridge kafka create-topics --replicas 3",
            "  wfm-bridge kafka import",
            "  wfm-bridge kafka export"
        })
final class KafkaCommand implements Runnable {

    @ParentCommand
    private WfmBridge parent;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().usage(System.out);
    }

    /** @throws ConfigurationException if there are no brokers to talk to */
    private WfmBridge used() throws ConfigurationException {
        if (!Shared.isUsed(parent)) {
            throw new ConfigurationException(
                    "config/application.properties",
                    "kafka.brokers is not set",
                    "Set it to the addresses of your brokers, like kafka-1:9092,kafka-2:9092.");
        }
        return parent;
    }

    private DataFolder folder() throws Exception {
        return DataFolder.open(Settings.dataDir(parent.home(), parent.environment()));
    }

    /** {@code kafka create-topics}. */
    @Command(name = "create-topics", description = "Creates missing topics.")
    static final class CreateTopics implements Callable<Integer> {

        @ParentCommand
        private KafkaCommand kafka;

        @Option(
                names = "--replicas",
                description = "Replicas of each partition (default: as the brokers are set).",
                defaultValue = "0",
                paramLabel = "N")
        private int replicas;

        @Override
        public Integer call() throws Exception {
            List<String> made = Shared.shell(kafka.used()).createTopics(replicas);
            made.forEach(topic -> System.out.println("made " + topic));
            if (made.isEmpty()) {
                System.out.println("All topics are there; wfm-bridge check says whether they are right.");
            }
            return 0;
        }
    }

    /** {@code kafka import}. */
    @Command(
            name = "import",
            description =
                    "Takes ledgers, dead letters and reports of the data folder into Kafka; no run may use either.")
    static final class Import implements Callable<Integer> {

        @ParentCommand
        private KafkaCommand kafka;

        @Option(names = "--overwrite", description = "Even if Kafka already knows segments.")
        private boolean overwrite;

        @Override
        public Integer call() throws Exception {
            Shell shell = Shared.shell(kafka.used());
            DataFolder folder = kafka.folder();
            Path empty = Shell.temporary();
            try (HeldLock lock = folder.lock("kafka import")) {
                int[] counts = shell.take(folder, DataFolder.open(empty), overwrite);
                System.out.println(counts[0] + " ledger lines, " + counts[1] + " dead letters and " + counts[2]
                        + " reports are in Kafka; the data folder stays as it is.");
            } finally {
                Shell.delete(empty);
            }
            return 0;
        }
    }

    /** {@code kafka export}. */
    @Command(
            name = "export",
            description =
                    "Copies ledgers, dead letters and reports from Kafka into the data folder, which must have none.")
    static final class Export implements Callable<Integer> {

        @ParentCommand
        private KafkaCommand kafka;

        @Override
        public Integer call() throws Exception {
            Shell shell = Shared.shell(kafka.used());
            DataFolder folder = kafka.folder();
            try (HeldLock lock = folder.lock("kafka export")) {
                shell.give(folder);
            }
            System.out.println("All that Kafka knows is in " + folder.path() + "; Kafka keeps it too.");
            return 0;
        }
    }
}

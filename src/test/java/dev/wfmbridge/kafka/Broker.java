package dev.wfmbridge.kafka;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Exit;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/** A broker in the JVM of the test, which is its own controller. It can go away and come back with all that it had. */
final class Broker implements AutoCloseable {

    private final Properties options = new Properties();
    private final int port;
    private KafkaRaftServer server;

    static {
        // A broker that loses its folder would end the whole JVM.
        Exit.setHaltProcedure((status, message) -> {
            throw new IllegalStateException("the broker gave up: " + message);
        });
        Exit.setExitProcedure((status, message) -> {
            throw new IllegalStateException("the broker gave up: " + message);
        });
    }

    private Broker(Path folder) throws Exception {
        port = free();
        int controller = free();
        Path logs = Files.createDirectories(folder.resolve("broker"));
        options.putAll(Map.of(
                "process.roles", "broker,controller",
                "node.id", "1",
                "controller.quorum.voters", "1@127.0.0.1:" + controller,
                "listeners", "PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controller,
                "advertised.listeners", "PLAINTEXT://127.0.0.1:" + port,
                "controller.listener.names", "CONTROLLER",
                "inter.broker.listener.name", "PLAINTEXT",
                "listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
                "log.dirs", logs.toString()));
        options.putAll(Map.of(
                "offsets.topic.replication.factor", "1",
                "offsets.topic.num.partitions", "1",
                "transaction.state.log.replication.factor", "1",
                "transaction.state.log.min.isr", "1",
                "group.initial.rebalance.delay.ms", "0",
                "group.min.session.timeout.ms", "1000",
                "log.segment.bytes", "10485760",
                "log.index.size.max.bytes", "65536"));
        Formatter formatter = new Formatter()
                .setClusterId(Uuid.randomUuid().toString())
                .setNodeId(1)
                .setControllerListenerName("CONTROLLER")
                .setReleaseVersion(MetadataVersion.latestProduction())
                .setMetadataLogDirectory(logs.toString());
        formatter.addDirectory(logs.toString());
        formatter.run();
        start();
    }

    static Broker in(Path folder) throws Exception {
        return new Broker(folder);
    }

    void start() {
        server = new KafkaRaftServer(new KafkaConfig(options, false), Time.SYSTEM);
        server.startup();
    }

    /** It goes away; {@link #start} brings it back. */
    void stop() {
        if (server != null) {
            server.shutdown();
            server.awaitShutdown();
            server = null;
        }
    }

    String address() {
        return "127.0.0.1:" + port;
    }

    private static int free() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        stop();
    }
}

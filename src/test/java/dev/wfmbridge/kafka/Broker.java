package dev.wfmbridge.kafka;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
public final class Broker implements AutoCloseable {

    private final Properties options = new Properties();
    private final int port;
    private final List<Door> doors = new ArrayList<>();
    private Vertx vertx;
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

    private Broker(Path folder, int doors) throws Exception {
        port = free();
        int controller = free();
        StringBuilder listeners = new StringBuilder("PLAINTEXT://127.0.0.1:" + port);
        StringBuilder advertised = new StringBuilder("PLAINTEXT://127.0.0.1:" + port);
        StringBuilder protocols = new StringBuilder("PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
        for (int i = 0; i < doors; i++) {
            int behind = free();
            Door door = Door.at(vertx(), free(), behind);
            this.doors.add(door);
            listeners.append(",DOOR").append(i).append("://127.0.0.1:").append(behind);
            advertised.append(",DOOR").append(i).append("://127.0.0.1:").append(door.port());
            protocols.append(",DOOR").append(i).append(":PLAINTEXT");
        }
        Path logs = Files.createDirectories(folder.resolve("broker"));
        options.putAll(Map.of(
                "process.roles",
                "broker,controller",
                "node.id",
                "1",
                "controller.quorum.voters",
                "1@127.0.0.1:" + controller,
                "listeners",
                listeners + ",CONTROLLER://127.0.0.1:" + controller,
                "advertised.listeners",
                advertised.toString(),
                "controller.listener.names",
                "CONTROLLER",
                "inter.broker.listener.name",
                "PLAINTEXT",
                "listener.security.protocol.map",
                protocols.toString(),
                "log.dirs",
                logs.toString()));
        options.putAll(Map.of(
                "offsets.topic.replication.factor", "1",
                "offsets.topic.num.partitions", "1",
                "transaction.state.log.replication.factor", "1",
                "transaction.state.log.min.isr", "1",
                "group.initial.rebalance.delay.ms", "0",
                "group.min.session.timeout.ms", "1000",
                "num.network.threads", "1",
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

    public static Broker in(Path folder) throws Exception {
        return new Broker(folder, 0);
    }

    /** A broker with so many addresses more, each behind a {@link Door}. */
    public static Broker withDoors(Path folder, int doors) throws Exception {
        return new Broker(folder, doors);
    }

    private Vertx vertx() {
        if (vertx == null) {
            vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(1));
        }
        return vertx;
    }

    /** Whoever comes through it reaches the broker through nothing else. */
    public Door door(int number) {
        return doors.get(number);
    }

    public void start() {
        server = new KafkaRaftServer(new KafkaConfig(options, false), Time.SYSTEM);
        server.startup();
    }

    /** It goes away; {@link #start} brings it back. */
    public void stop() {
        if (server != null) {
            server.shutdown();
            server.awaitShutdown();
            server = null;
        }
    }

    /** For {@code kafka.brokers}. */
    public String address() {
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
        doors.forEach(Door::close);
        if (vertx != null) {
            vertx.close();
        }
    }
}

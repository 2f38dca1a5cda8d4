package dev.wfmbridge.dist;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wfmbridge.dist.Unpacked.Said;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The service that comes with the distribution: what it may do, and that it starts what the distribution holds. */
class SystemdUnitTest {

    private static final Path UNIT = Path.of("src/dist/systemd/wfm-bridge.service");
    private static final Pattern EXPOSURE = Pattern.compile("Overall exposure level for \\S+: ([0-9.]+)");

    @Test
    void itMayDoNoMoreThanItsWork() throws Exception {
        assertThat(Files.readAllLines(UNIT))
                .contains(
                        "User=wfm-bridge",
                        "NoNewPrivileges=true",
                        "CapabilityBoundingSet=",
                        "ProtectSystem=strict",
                        "ProtectHome=true",
                        "PrivateTmp=true",
                        "PrivateDevices=true",
                        "SystemCallFilter=@system-service",
                        "RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX",
                        "StateDirectoryMode=0700",
                        "UMask=0077");
        boolean there = Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "systemd-analyze")));
        if (there) {
            Said said = Unpacked.run(
                    Path.of("").toAbsolutePath(),
                    Map.of(),
                    List.of("systemd-analyze", "security", "--offline=true", "--no-pager", UNIT.toString()));
            Matcher level = EXPOSURE.matcher(said.out());
            assertThat(level.find()).as(said.text()).isTrue();
            assertThat(Double.parseDouble(level.group(1))).isLessThan(2.0);
        }
    }

    @Test
    void itStartsTheDistributionAndEndsAsTheBridgeDoes() throws Exception {
        String unit = Files.readString(UNIT);
        assertThat(unit)
                .contains(
                        "ExecStart=/opt/wfm-bridge/bin/wfm-bridge run\n",
                        "SuccessExitStatus=143\n",
                        "RestartPreventExitStatus=1\n");
        // It may take longer to stop than the bridge does.
        String properties = Files.readString(Path.of("config/application.properties"));
        Matcher timeout =
                Pattern.compile("(?m)^bridge\\.shutdown-timeout=(\\d+)s$").matcher(properties);
        assertThat(timeout.find()).isTrue();
        Matcher stop = Pattern.compile("(?m)^TimeoutStopSec=(\\d+)$").matcher(unit);
        assertThat(stop.find()).isTrue();
        assertThat(Integer.parseInt(stop.group(1))).isGreaterThanOrEqualTo(Integer.parseInt(timeout.group(1)) + 15);
        // The file of variables names the folder that the unit creates, and the user that it runs as.
        assertThat(Files.readAllLines(Path.of("src/dist/systemd/environment")))
                .contains("WFM_BRIDGE_USER=wfm-bridge", "BRIDGE_DATA_DIR=/var/lib/wfm-bridge");
        assertThat(unit).contains("StateDirectory=wfm-bridge\n");
    }
}

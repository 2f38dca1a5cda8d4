package dev.wfmbridge.chaos;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.wfmbridge.bridge.Bridge;
import dev.wfmbridge.bridge.Rehearsal;
import dev.wfmbridge.bridge.Sample;
import dev.wfmbridge.kafka.Company;
import dev.wfmbridge.pass.Pass;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** An oracle that asked the bridge what is right would find it right. */
class OracleDependenciesTest {
    private static final String CHAOS = "dev.wfmbridge.chaos..";
    private static final String SERVERS = "dev.wfmbridge.sandbox..";

    private final JavaClasses chaos = new ClassFileImporter().importPackages("dev.wfmbridge.chaos");

    @Test
    @DisplayName("the oracle and its world know the servers, and nothing of the bridge")
    void oracle() {
        assertThat(chaos.contain(Oracle.class)).isTrue();
        noClasses()
                .that(type(Oracle.class)
                        .or(type(Town.class))
                        .or(type(Schedule.class))
                        .or(type(Woe.class)))
                .should()
                .dependOnClassesThat(resideInAPackage("dev.wfmbridge..")
                        .and(not(resideInAPackage(CHAOS)))
                        .and(not(resideInAPackage(SERVERS))))
                .check(chaos);
    }

    @Test
    @DisplayName("what runs the schedules starts and stops a bridge, and looks at nothing inside it")
    void runs() {
        noClasses()
                .that()
                .resideInAPackage(CHAOS)
                .should()
                .dependOnClassesThat(resideInAPackage("dev.wfmbridge..")
                        .and(not(resideInAPackage(CHAOS)))
                        .and(not(resideInAPackage(SERVERS)))
                        .and(not(type(Rehearsal.class)))
                        .and(not(type(Company.class)))
                        .and(not(type(Company.Place.class)))
                        .and(not(type(Sample.class)))
                        .and(not(type(Bridge.class)))
                        .and(not(type(Pass.class))))
                .check(chaos);
    }
}

package dev.wfmbridge.sandbox;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The sandbox shares no code with what it checks. */
class SandboxDependenciesTest {
    private static final String SANDBOX = "dev.wfmbridge.sandbox";

    private final JavaClasses sandbox = new ClassFileImporter().importPath(Path.of("target/sandbox-classes"));

    @Test
    void itKnowsNothingOfTheBridge() {
        assertThat(sandbox.contain(Sandbox.class)).isTrue();
        noClasses()
                .that()
                .resideInAPackage(SANDBOX)
                .should()
                .dependOnClassesThat(resideInAPackage("dev.wfmbridge..").and(not(resideInAPackage(SANDBOX))))
                .check(sandbox);
    }

    @Test
    void itNeedsNothingButTheJdkAndJackson() {
        noClasses()
                .that()
                .resideInAPackage(SANDBOX)
                .should()
                .dependOnClassesThat(not(resideInAPackage(SANDBOX))
                        .and(not(resideInAPackage("java..")))
                        .and(not(resideInAPackage("javax.crypto..")))
                        .and(not(resideInAPackage("com.sun.net.httpserver..")))
                        .and(not(resideInAPackage("com.fasterxml.jackson.."))))
                .check(sandbox);
    }
}

package dev.wfmbridge.sandbox;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The sandbox shares no code with what it checks. */
@AnalyzeClasses(packages = "dev.wfmbridge.sandbox")
class SandboxDependenciesTest {
    private static final DescribedPredicate<JavaClass> THE_BRIDGE = JavaClass.Predicates.resideInAPackage(
                    "dev.wfmbridge..")
            .and(DescribedPredicate.not(JavaClass.Predicates.resideInAPackage("dev.wfmbridge.sandbox..")))
            .or(JavaClass.Predicates.resideInAPackage("org.apache.camel.."))
            .as("the rest of the bridge, or Camel");

    @ArchTest
    static final ArchRule sandboxKnowsNothingOfTheBridge = noClasses()
            .that()
            .resideInAPackage("dev.wfmbridge.sandbox..")
            .should()
            .dependOnClassesThat(THE_BRIDGE);
}

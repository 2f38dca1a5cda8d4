package dev.wfmbridge.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wfmbridge.mapping.Place;
import dev.wfmbridge.segment.SegmentMessage;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.TypeConverter;
import org.apache.camel.spi.Registry;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * The objects that expressions in the routes read. Camel caches what it learns about a class; but if a method takes a
 * parameter that only Camel can supply, it caches per object: the object then outlives its pass, and the class is
 * inspected again for the next one.
 */
class ExpressionTypesTest {
    private static final Set<Class<?>> GIVEN_BY_CAMEL = Set.of(
            Exchange.class, Message.class, Exception.class, CamelContext.class, TypeConverter.class, Registry.class);

    @Test
    @DisplayName("Camel keeps no object that an expression read")
    void rememberedByClassOnly() {
        Stream<Class<?>> types = Stream.concat(
                Arrays.stream(RouteProperty.values())
                        .filter(RouteProperty::isTyped)
                        .flatMap(property -> property.types().stream()),
                Stream.of(SegmentMessage.class, Place.class));
        assertThat(types.flatMap(type -> Arrays.stream(type.getMethods()))
                        .filter(method -> method.getDeclaringClass() != Object.class)
                        .filter(ExpressionTypesTest::wantsSomethingOfCamel))
                .isEmpty();
    }

    private static boolean wantsSomethingOfCamel(Method method) {
        return Arrays.stream(method.getParameterTypes()).anyMatch(GIVEN_BY_CAMEL::contains)
                || Arrays.stream(method.getParameterAnnotations())
                        .flatMap(Arrays::stream)
                        .anyMatch(annotation ->
                                annotation.annotationType().getName().startsWith("org.apache.camel."));
    }
}

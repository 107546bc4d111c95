package org.netdev4j.architecture;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.instruction.MonitorInstruction;

/** A {@code synchronized} block leaves nothing in a class's signatures: only its instructions show it. */
final class EnterNoMonitor extends ArchCondition<JavaClass> {
    EnterNoMonitor() {
        super("enter no monitor");
    }

    @Override
    public void check(JavaClass item, ConditionEvents events) {
        ClassModel model = ClassFile.of().parse(bytes(item));
        for (MethodModel method : model.methods()) {
            boolean enters = method.code().stream().flatMap(c -> c.elementStream()).anyMatch(MonitorInstruction.class::isInstance);
            if (enters) {
                events.add(SimpleConditionEvent.violated(item, item.getName() + "." + method.methodName() + " has a synchronized block"));
            }
        }
    }

    private static byte[] bytes(JavaClass item) {
        try (InputStream in = item.getSource().orElseThrow().getUri().toURL().openStream()) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(item.getName(), e);
        }
    }
}

package org.netdev4j.platform.vfiouser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.netdev4j.platform.bus.DeviceAddress.BadAddressException;
import org.netdev4j.platform.bus.DeviceIdentity;
import org.netdev4j.platform.bus.PciFunction;
import org.netdev4j.platform.linux.Errno;
import org.netdev4j.platform.linux.LinuxFiles;
import org.netdev4j.platform.linux.LinuxSockets;
import org.netdev4j.platform.vfiouser.ScriptedServer.Answer;

/** Before there is a function: what a server may say, and how it reads when it says something else. */
class ClientNegotiationTest extends ClientFixture {
    private void info(int flags, int regions, int irqs) {
        server.on(VfioUser.DEVICE_GET_INFO,
            request -> Answer.of(ScriptedServer.bytes(16).putInt(16).putInt(flags).putInt(regions).putInt(irqs)));
    }

    @Test
    void client_saysWhatItCan_andLearnsWhatThereIs() {
        try (PciFunction function = attach()) {
            assertEquals(ScriptedServer.IDS, function.readConfig(0, 4));
            assertEquals(ScriptedServer.IDS & 0xffff, ((DeviceIdentity.Pci) function.identity()).vendor());
            assertEquals(ScriptedServer.VECTORS, function.interrupts().available());
            byte[] said = server.seen(VfioUser.VERSION).get(0).payload().array();
            assertEquals(0, said[said.length - 1]);
            Offer own = Offer.parse(new String(said, 4, said.length - 5, StandardCharsets.US_ASCII));
            assertEquals(LinuxSockets.MAX_PASSED, own.fds());
            assertEquals(Client.MOST_DATA, own.transfer());
            assertTrue(own.writesMany());
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 0", "0, 1", "3, 7"})
    void otherVersion_isToldWithBoth(int major, int minor) {
        server.on(VfioUser.VERSION,
            request -> Answer.of(ScriptedServer.bytes(4).putShort((short) major).putShort((short) minor)));
        assertRefused("speaks vfio-user " + major + "." + minor, "and this 0.0");
    }

    @Test
    void refusedVersion_isTold() {
        server.on(VfioUser.VERSION, request -> Answer.refusal(Errno.EINVAL));
        assertRefused("takes no client of vfio-user 0.0", "EINVAL");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "[", "nonsense", "{\"capabilities\":{}} more", "{\"capabilities\"}", "{\"a\":tru}", "\"",
        "[1]", "3", "{\"capabilities\":[]}", "{\"capabilities\":{\"max_msg_fds\":\"8\"}}",
        "{\"capabilities\":{\"max_msg_fds\":-1}}", "{\"capabilities\":{\"max_data_xfer_size\":0}}",
        "{\"capabilities\":{\"max_data_xfer_size\":7}}", "{\"capabilities\":{\"max_dma_maps\":1.5}}",
        "{\"capabilities\":{\"pgsizes\":0}}", "{\"capabilities\":{\"pgsizes\":99999999999999999999}}"})
    void textThatMakesNoSense_isRefused(String text) {
        server.offers(text);
        assertRefused("the answer to VERSION");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "{}", "{\"capabilities\":{}}", "{\"capabilities\":null}",
        "{\"other\":[1,{\"x\":null}],\"capabilities\":{\"twin_socket\":{\"supported\":false},\"new\":-1.5e3}}"})
    void textThatSaysNothingNew_isTaken(String text) {
        server.offers(text);
        attach().close();
    }

    @Test
    void answerWithoutText_isTaken() {
        server.on(VfioUser.VERSION, request -> Answer.of(ScriptedServer.bytes(4)));
        attach().close();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3})
    void answerThatIsTooShort_isRefused(int bytes) {
        server.on(VfioUser.VERSION, request -> Answer.of(ScriptedServer.bytes(bytes)));
        assertRefused("the answer to VERSION has " + bytes + " bytes, not 4");
    }

    @Test
    void serverThatHangsUp_isTold() {
        server.on(VfioUser.VERSION, request -> {
            server.hangUp();
            return Answer.silence();
        });
        assertRefused("has ended the connection at VERSION", "may have a client already");
    }

    @ParameterizedTest
    @ValueSource(ints = {VfioUser.VERSION, VfioUser.DEVICE_GET_INFO, VfioUser.DEVICE_GET_REGION_INFO,
        VfioUser.DEVICE_GET_IRQ_INFO, VfioUser.DEVICE_RESET, VfioUser.REGION_READ, VfioUser.REGION_WRITE})
    void silence_endsTheWait(int command) {
        server.on(command, request -> Answer.silence());
        assertRefusedWithin("1s", "has ended the connection");
        assertSaid("no answer to " + VfioUser.commandName(command) + " in 1000 ms");
    }

    @ParameterizedTest
    @CsvSource({"0, 9, 5", "1, 9, 5", "2, 7, 5", "2, 0, 0", "2, -1, 5"})
    void otherDevice_isRefused(int flags, int regions, int irqs) {
        info(flags, regions, irqs);
        assertRefused("the device there is no PCI function");
    }

    @Test
    void deviceWithoutManyInterrupts_hasNone() {
        info(VfioUser.DEVICE_FLAG_PCI, 8, 2);
        try (PciFunction function = attach()) {
            assertEquals(0, function.interrupts().available());
            assertEquals(0, server.seen(VfioUser.DEVICE_GET_IRQ_INFO).size());
        }
    }

    @Test
    void deviceWithoutReset_isNotReset() {
        info(VfioUser.DEVICE_FLAG_PCI, 9, 5);
        try (PciFunction function = attach()) {
            assertEquals(false, function.resetFunction());
            assertEquals(0, server.seen(VfioUser.DEVICE_RESET).size());
            assertEquals(2, function.readConfig(4, 2), "memory is not enabled");
        }
    }

    @Test
    void shortInfo_isRefused() {
        server.on(VfioUser.DEVICE_GET_INFO, request -> Answer.of(ScriptedServer.bytes(15)));
        assertRefused("the answer to DEVICE_GET_INFO has 15 bytes, not 16");
    }

    @Test
    void listenerThatTakesNobody_isNotWaitedForWithoutEnd() {
        Path full = socket.resolveSibling("full");
        int listener = LinuxSockets.socket(LinuxSockets.AF_UNIX, LinuxSockets.SOCK_STREAM, 0);
        LinuxSockets.listenUnix(listener, full.toString(), 0);
        int waiting = LinuxSockets.socket(LinuxSockets.AF_UNIX, LinuxSockets.SOCK_STREAM, 0);
        LinuxSockets.connectUnix(waiting, full.toString());
        socket = full;

        assertRefusedWithin("1s", "EAGAIN", "the server takes no connections");

        LinuxFiles.close(waiting);
        LinuxFiles.close(listener);
    }

    @Test
    void nobodyThere_isTold() {
        socket = socket.resolveSibling("none");
        assertRefused("ENOENT", "is the server running");
    }

    @ParameterizedTest
    @ValueSource(strings = {"mmap=yes", "mmap=", "timeout=0", "timeout=soon"})
    void badOption_isRefused(String option) {
        String message = assertThrows(BadAddressException.class, () -> attach(option)).getMessage();
        assertTrue(message.contains(option.substring(0, option.indexOf('='))), message);
    }
}

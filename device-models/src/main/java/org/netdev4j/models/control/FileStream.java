package org.netdev4j.models.control;

import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;

/**
 * A device file that is read and written, as a port of virtio-serial. A thread that waits in {@link #read} stays there when
 * it is closed, until bytes come.
 */
final class FileStream implements ByteStream {
    private final RandomAccessFile file;
    private final FileInputStream in;
    private final FileOutputStream out;

    private FileStream(RandomAccessFile file) throws IOException {
        this.file = file;
        this.in = new FileInputStream(file.getFD());
        this.out = new FileOutputStream(file.getFD());
    }

    /** Opens it. */
    static FileStream open(Path path) throws IOException {
        RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
        try {
            return new FileStream(file);
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        return in.read(into, offset, length);
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
        out.write(from, offset, length);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}

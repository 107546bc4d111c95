/*
 * Drives an ENA device through Amazon's own hardware layer: everything that DPDK's driver asks of it, in the order in
 * which it does, then packets both ways. Prints what fails; returns how much did.
 */
#include "ena_com.h"
#include "ena_eth_com.h"

uint32_t (*host_read)(uint64_t);
void (*host_write)(uint64_t, uint32_t);
void (*host_push)(uint64_t, uint64_t);
void *(*host_alloc)(uint64_t);
uint64_t (*host_iova)(void *);
void (*host_sleep)(uint64_t);
uint64_t (*host_micros)(void);
/* Puts a frame of so many bytes on the far end of the wire. */
void (*host_frame)(uint64_t);

enum { TX_QID, RX_QID, TX_DEPTH = 512, RX_DEPTH = 1024, TABLE = 128, MTU = 9001, MSS = 1000 };

static struct ena_com_dev *dev;
static struct ena_aenq_handlers handlers;
static struct ena_com_io_sq *tx, *rx;
static struct ena_com_io_cq *tx_done, *rx_done;
static int failures, link_ups, keep_alives;

static void expect(const char *what, long got, long wanted)
{
	if (got != wanted) {
		printf("  %s: %ld, should be %ld\n", what, got, wanted);
		failures++;
	}
}

#define OK(call) expect(#call, call, 0)
#define SAME(got, wanted) expect(#got, got, wanted)

static void on_link(void *data, struct ena_admin_aenq_entry *entry)
{
	link_ups += ((struct ena_admin_aenq_link_change_desc *)entry)->flags & 1;
}

static void on_keep_alive(void *data, struct ena_admin_aenq_entry *entry)
{
	keep_alives++;
}

static void on_other(void *data, struct ena_admin_aenq_entry *entry)
{
	expect("group of an event", entry->aenq_common_desc.group, -1);
}

static void open_device(int readless, struct ena_com_dev_get_features_ctx *features)
{
	handlers.handlers[ENA_ADMIN_LINK_CHANGE] = on_link;
	handlers.handlers[ENA_ADMIN_KEEP_ALIVE] = on_keep_alive;
	handlers.unimplemented_handler = on_other;
	dev = calloc(1, sizeof(*dev));
	dev->reg_bar = (void *)LAB_REGISTERS;
	dev->mem_bar = (void *)LAB_LLQ;
	dev->dmadev = (void *)dev;
	OK(ena_com_mmio_reg_read_request_init(dev));
	ena_com_set_mmio_read_mode(dev, readless);
	OK(ena_com_dev_reset(dev, ENA_REGS_RESET_NORMAL));
	OK(ena_com_validate_version(dev));
	SAME(ena_com_get_dma_width(dev), 48);
	OK(ena_com_admin_init(dev, &handlers));
	ena_com_set_admin_polling_mode(dev, true);
	OK(ena_com_allocate_host_info(dev));
	dev->host_attr.host_info->os_type = ENA_ADMIN_OS_DPDK;
	dev->host_attr.host_info->num_cpus = 2;
	OK(ena_com_set_host_attributes(dev));
	OK(ena_com_get_dev_attr_feat(dev, features));
	OK(ena_com_set_aenq_config(dev, BIT(ENA_ADMIN_LINK_CHANGE) | BIT(ENA_ADMIN_KEEP_ALIVE)));
}

static void choose_placement(int entry_bytes, struct ena_admin_feature_llq_desc *offered)
{
	struct ena_llq_configurations wanted = {
		.llq_header_location = ENA_ADMIN_INLINE_HEADER,
		.llq_stride_ctrl = ENA_ADMIN_MULTIPLE_DESCS_PER_ENTRY,
		.llq_num_decs_before_header = ENA_ADMIN_LLQ_NUM_DESCS_BEFORE_HEADER_2,
		.llq_ring_entry_size = entry_bytes == 256 ? ENA_ADMIN_LIST_ENTRY_SIZE_256B : ENA_ADMIN_LIST_ENTRY_SIZE_128B,
		.llq_ring_entry_size_value = entry_bytes,
	};

	dev->tx_mem_queue_type = ENA_ADMIN_PLACEMENT_POLICY_HOST;
	if (entry_bytes) {
		OK(ena_com_config_dev_mode(dev, offered, &wanted));
		SAME(dev->tx_mem_queue_type, ENA_ADMIN_PLACEMENT_POLICY_DEV);
		SAME(dev->llq_info.desc_list_entry_size, entry_bytes);
	}
}

static void create_queues(void)
{
	struct ena_com_create_io_ctx queue = {
		.direction = ENA_COM_IO_QUEUE_DIRECTION_TX, .qid = TX_QID, .msix_vector = 1, .queue_size = TX_DEPTH,
		.mem_queue_type = dev->tx_mem_queue_type,
	};

	OK(ena_com_create_io_queue(dev, &queue));
	OK(ena_com_get_io_handlers(dev, TX_QID, &tx, &tx_done));
	queue.direction = ENA_COM_IO_QUEUE_DIRECTION_RX;
	queue.qid = RX_QID;
	queue.queue_size = RX_DEPTH;
	queue.mem_queue_type = ENA_ADMIN_PLACEMENT_POLICY_HOST;
	OK(ena_com_create_io_queue(dev, &queue));
	OK(ena_com_get_io_handlers(dev, RX_QID, &rx, &rx_done));
}

static void configure_rss(void)
{
	enum ena_admin_hash_functions function = 0;
	u32 table[TABLE];

	for (int i = 0; i < TABLE; i++)
		OK(ena_com_indirect_table_fill_entry(dev, i, RX_QID));
	OK(ena_com_indirect_table_set(dev));
	OK(ena_com_fill_hash_function(dev, ENA_ADMIN_CRC32, NULL, ENA_ADMIN_RSS_KEY_PARTS * 4, 0));
	OK(ena_com_fill_hash_function(dev, ENA_ADMIN_TOEPLITZ, NULL, ENA_ADMIN_RSS_KEY_PARTS * 4, 0xffffffff));
	OK(ena_com_set_default_hash_ctrl(dev));
	OK(ena_com_get_hash_function(dev, &function));
	SAME(function, ENA_ADMIN_TOEPLITZ);
	OK(ena_com_indirect_table_get(dev, table));
	SAME(table[TABLE - 1], RX_QID);
}

static void send_packet(char *packet, int length, int id, bool tso)
{
	struct ena_com_buf buffer;
	struct ena_com_tx_ctx ctx;
	int pushed = 0, used = 0;
	u16 completed = 0xffff;
	u64 stamp;

	memset(&ctx, 0, sizeof(ctx));
	if (dev->tx_mem_queue_type == ENA_ADMIN_PLACEMENT_POLICY_DEV) {
		pushed = ENA_MIN32(length, tx->tx_max_header_size);
		ctx.push_header = packet;
		ctx.header_len = pushed;
	}
	buffer.paddr = host_iova(packet) + pushed;
	buffer.len = length - pushed;
	ctx.ena_bufs = &buffer;
	ctx.num_bufs = length > pushed;
	ctx.req_id = id;
	if (tso) {
		ctx.meta_valid = ctx.tso_enable = ctx.l3_csum_enable = ctx.l4_csum_enable = ctx.df = 1;
		ctx.l3_proto = ENA_ETH_IO_L3_PROTO_IPV4;
		ctx.l4_proto = ENA_ETH_IO_L4_PROTO_TCP;
		ctx.ena_meta.mss = MSS;
		ctx.ena_meta.l3_hdr_offset = 14;
		ctx.ena_meta.l3_hdr_len = 20;
		ctx.ena_meta.l4_hdr_len = 5;
	}
	OK(ena_com_prepare_tx(tx, &ctx, &used));
	ena_com_write_tx_sq_doorbell(tx);
	host_sleep(200);
	OK(ena_com_tx_comp_metadata_get(tx_done, &completed, &stamp));
	SAME(completed, id);
	ena_com_comp_ack(tx, used);
}

static void receive_packet(char *buffer, int length, int id)
{
	struct ena_com_buf empty = { .paddr = host_iova(buffer), .len = 2048 };
	struct ena_com_rx_buf_info filled[4];
	struct ena_com_rx_ctx ctx = { .ena_bufs = filled, .max_bufs = 4 };

	OK(ena_com_add_single_rx_desc(rx, &empty, id));
	ena_com_write_rx_sq_doorbell(rx);
	host_frame(length);
	host_sleep(200);
	OK(ena_com_rx_pkt(rx_done, rx, &ctx));
	SAME(ctx.descs, 1);
	if (ctx.descs == 1) {
		SAME(filled[0].req_id, id);
		SAME(filled[0].len, length);
	}
}

static void ask_for_the_rest(int received)
{
	struct ena_admin_basic_stats basic;
	struct ena_admin_eni_stats eni;
	struct ena_admin_ena_srd_info srd;
	struct ena_admin_get_feat_resp link;
	char metrics[48];
	u64 time = 0;
	u8 tx_stamps, rx_stamps;

	OK(ena_com_get_dev_basic_stats(dev, &basic));
	SAME(basic.rx_pkts_low, received);
	SAME(basic.tx_drops_low, 0);
	OK(ena_com_get_eni_stats(dev, &eni));
	OK(ena_com_get_ena_srd_info(dev, &srd));
	OK(ena_com_allocate_customer_metrics_buffer(dev));
	OK(ena_com_get_customer_metrics(dev, metrics, sizeof(metrics)));
	OK(ena_com_get_link_params(dev, &link));
	OK(ena_com_set_frag_bypass(dev, true));
	OK(ena_com_get_hw_timestamping_support(dev, &tx_stamps, &rx_stamps));
	OK(ena_com_set_hw_timestamping_configuration(dev, tx_stamps, rx_stamps));
	OK(ena_com_phc_init(dev));
	OK(ena_com_phc_config(dev));
	OK(ena_com_phc_get_timestamp(dev, &time));
	expect("the clock runs", time != 0, 1);
}

static void close_device(struct ena_com_dev_get_features_ctx *features)
{
	ena_com_destroy_io_queue(dev, TX_QID);
	ena_com_destroy_io_queue(dev, RX_QID);
	SAME(dev->admin_queue.stats.no_completion, 0);
	SAME(dev->admin_queue.stats.completed_cmd - dev->admin_queue.stats.submitted_cmd, 0);
	OK(ena_com_dev_reset(dev, ENA_REGS_RESET_DEVICE_REQUEST));
	ena_com_abort_admin_commands(dev);
	ena_com_admin_destroy(dev);
	OK(ena_com_admin_init(dev, &handlers));
	ena_com_set_admin_polling_mode(dev, true);
	OK(ena_com_get_dev_attr_feat(dev, features));
	ena_com_mmio_reg_read_request_destroy(dev);
}

/**
 * All of it.
 *
 * @entry_bytes of a low-latency queue; 0 for queues in the host's memory
 * @packet      a TCP segment over IPv4 of 2554 bytes to send from, in memory that the device reaches
 * @buffer      2048 bytes to receive into
 */
int drive(int entry_bytes, int readless, char *packet, char *buffer)
{
	struct ena_com_dev_get_features_ctx features;

	failures = link_ups = keep_alives = 0;
	open_device(readless, &features);
	choose_placement(entry_bytes, &features.llq);
	OK(ena_com_init_interrupt_moderation(dev));
	OK(ena_com_rss_init(dev));
	ena_com_admin_aenq_enable(dev);
	OK(ena_com_set_dev_mtu(dev, MTU));
	create_queues();
	configure_rss();
	for (int i = 0; i < 700 && failures < 20; i++)
		send_packet(packet, 60 + i % 200, i % TX_DEPTH, false);
	for (int i = 0; i < 600 && failures < 20; i++)
		send_packet(packet, 2554, i % TX_DEPTH, i % 2);
	for (int i = 0; i < 3000 && failures < 20; i++)
		receive_packet(buffer, 60 + i % 50, i % RX_DEPTH);
	host_sleep(2500000);
	ena_com_aenq_intr_handler(dev, dev);
	SAME(link_ups, 1);
	expect("keep-alive events", keep_alives >= 2, 1);
	ask_for_the_rest(3000);
	close_device(&features);
	fflush(stdout);
	return failures;
}

/*
 * The platform that Amazon's hardware layer for ENA (ena_com, ena_eth_com) asks for, on nothing but calls back into the
 * program that plugged the device in: registers, pushed memory, DMA memory, time. One thread; a wait lets the device's
 * time pass.
 */
#ifndef LAB_ENA_PLAT_H
#define LAB_ENA_PLAT_H

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- given by the program */

extern uint32_t (*host_read)(uint64_t offset);
extern void (*host_write)(uint64_t offset, uint32_t value);
extern void (*host_push)(uint64_t offset, uint64_t value);
extern void *(*host_alloc)(uint64_t bytes);
extern uint64_t (*host_iova)(void *address);
extern void (*host_sleep)(uint64_t micros);
extern uint64_t (*host_micros)(void);

/* Where the BARs seem to be: addresses that are never touched. */
#define LAB_REGISTERS 0x100000000ULL
#define LAB_LLQ 0x200000000ULL

/* ---- types */

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef uint64_t dma_addr_t;
typedef void ena_netdev;
typedef void *lab_memory;
typedef int lab_lock;
typedef int lab_event;
typedef struct { volatile int32_t value; } ena_atomic32_t;

#define ena_mem_handle_t lab_memory
#define ena_spinlock_t lab_lock
#define ena_wait_event_t lab_event
#define ena_time_t uint64_t
#define ena_time_high_res_t uint64_t
#define ENA_PRIu64 PRIu64
#define SZ_256 256U
#define SZ_4K 4096U
#define ENA_CDESC_RING_SIZE_ALIGNMENT 4096
#define ENA_ADMIN_OS_DPDK 3

/* ---- results */

#define ENA_COM_OK 0
#define ENA_COM_NO_MEM (-ENOMEM)
#define ENA_COM_INVAL (-EINVAL)
#define ENA_COM_NO_SPACE (-ENOSPC)
#define ENA_COM_NO_DEVICE (-ENODEV)
#define ENA_COM_TIMER_EXPIRED (-ETIME)
#define ENA_COM_FAULT (-EFAULT)
#define ENA_COM_TRY_AGAIN (-EAGAIN)
#define ENA_COM_UNSUPPORTED (-EOPNOTSUPP)
#define ENA_COM_EIO (-EIO)
#define ENA_COM_DEVICE_BUSY (-EBUSY)
#define LAB_ERRORS 4095
#define ERR_PTR(error) ((void *)(intptr_t)(error))
#define PTR_ERR(pointer) ((long)(intptr_t)(pointer))
#define IS_ERR(pointer) ((uintptr_t)(pointer) > UINTPTR_MAX - LAB_ERRORS)

/* ---- time and waiting: all of it lets the device's time pass */

#define ENA_USLEEP(micros) host_sleep(micros)
#define ENA_UDELAY(micros) host_sleep(micros)
#define ENA_MSLEEP(millis) host_sleep((millis) * 1000ULL)
#define ENA_MIGHT_SLEEP() ((void)0)
#define ENA_GET_SYSTEM_USECS() host_micros()
#define ENA_GET_SYSTEM_TIMEOUT(micros) (host_micros() + (micros))
#define ENA_TIME_EXPIRE(end) (host_micros() > (end))
#define ENA_TIME_INIT_HIGH_RES() 0
#define ENA_TIME_COMPARE_HIGH_RES(a, b) ((a) != (b))
#define ENA_GET_SYSTEM_TIME_HIGH_RES() host_micros()
#define ENA_GET_SYSTEM_TIMEOUT_HIGH_RES(from, micros) ((from) + (micros))
#define ENA_TIME_EXPIRE_HIGH_RES(end) (host_sleep(1), host_micros() > (end))
#define ENA_WAIT_EVENT_INIT(event) ((event) = 0)
#define ENA_WAIT_EVENT_WAIT(event, micros) host_sleep(micros)
#define ENA_WAIT_EVENT_SIGNAL(event) ((event) = 1)
#define ENA_WAIT_EVENT_CLEAR(...) ((void)0)
#define ENA_WAIT_EVENT_DESTROY(event) ((void)(event))
#define ENA_WAIT_EVENTS_DESTROY(queue) ((void)(queue))

/* ---- one thread: locks and atomics are nothing special */

#define ENA_SPINLOCK_INIT(lock) ((lock) = 0)
#define ENA_SPINLOCK_LOCK(lock, flags) ((void)(flags))
#define ENA_SPINLOCK_UNLOCK(lock, flags) ((void)(flags))
#define ENA_SPINLOCK_DESTROY(lock) ((void)(lock))
#define ATOMIC32_INC(atomic) ((atomic)->value++)
#define ATOMIC32_DEC(atomic) ((atomic)->value--)
#define ATOMIC32_READ(atomic) ((atomic)->value)
#define ATOMIC32_SET(atomic, to) ((atomic)->value = (to))
#define ATOMIC32_SET_RELEASE(atomic, to) ((atomic)->value = (to))
#define ATOMIC32_CMP_EXCHANGE(atomic, from, to) __sync_val_compare_and_swap(&(atomic)->value, from, to)
#define mb() __sync_synchronize()
#define rmb() mb()
#define wmb() mb()
#define dma_rmb() mb()
#define mmiowb() mb()
#define prefetch(address) ((void)(address))
#define prefetchw(address) ((void)(address))

/* ---- memory */

#define ENA_MEM_ALLOC_COHERENT_ALIGNED(device, bytes, at, iova, handle, alignment) \
	do { \
		(handle) = host_alloc(bytes); \
		(at) = (void *)(handle); \
		(iova) = host_iova(handle); \
	} while (0)
#define ENA_MEM_ALLOC_COHERENT(device, bytes, at, iova, handle) \
	ENA_MEM_ALLOC_COHERENT_ALIGNED(device, bytes, at, iova, handle, 64)
#define ENA_MEM_ALLOC_COHERENT_NODE_ALIGNED(device, bytes, at, iova, handle, node, alignment) \
	ENA_MEM_ALLOC_COHERENT_ALIGNED(device, bytes, at, iova, handle, alignment)
#define ENA_MEM_ALLOC_COHERENT_NODE(device, bytes, at, iova, handle, node) \
	ENA_MEM_ALLOC_COHERENT_ALIGNED(device, bytes, at, iova, handle, 64)
#define ENA_MEM_FREE_COHERENT(device, bytes, at, iova, handle) ((void)(bytes), (void)(iova))
#define ENA_MEM_ALLOC_NODE(device, bytes, at, node) ((at) = calloc(1, bytes))
#define ENA_MEM_ALLOC(device, bytes) calloc(1, bytes)
#define ENA_MEM_FREE(device, at, bytes) free(at)
#define ENA_DB_SYNC(handle) ((void)(handle))

/* ---- the device */

#define __iomem
#define ENA_REG_READ32(bus, reg) host_read((uintptr_t)(reg) - LAB_REGISTERS)
#define ENA_REG_WRITE32(bus, value, reg) host_write((uintptr_t)(reg) - LAB_REGISTERS, value)
#define ENA_REG_WRITE32_RELAXED(bus, value, reg) ENA_REG_WRITE32(bus, value, reg)
#define ENA_MEMCPY_TO_DEVICE_64(to, from, bytes) lab_push((uintptr_t)(to) - LAB_LLQ, from, bytes)

static inline void lab_push(uint64_t offset, const void *from, size_t bytes)
{
	for (size_t i = 0; i < bytes; i += 8) {
		uint64_t word;
		memcpy(&word, (const char *)from + i, 8);
		host_push(offset + i, word);
	}
}

/* ---- small things */

#define ____cacheline_aligned __attribute__((aligned(64)))
#define __packed
#define likely(x) (x)
#define unlikely(x) (x)
#define might_sleep() ((void)0)
#define READ_ONCE(x) (*(volatile __typeof__(x) *)&(x))
#define READ_ONCE8(x) READ_ONCE(x)
#define READ_ONCE16(x) READ_ONCE(x)
#define READ_ONCE32(x) READ_ONCE(x)
#define container_of(at, type, member) ((type *)((char *)(at) - offsetof(type, member)))
#define LAB_MAX(type, a, b) ((type)(a) < (type)(b) ? (type)(b) : (type)(a))
#define LAB_MIN(type, a, b) ((type)(a) < (type)(b) ? (type)(a) : (type)(b))
#define ENA_MAX8(a, b) LAB_MAX(u8, a, b)
#define ENA_MAX16(a, b) LAB_MAX(u16, a, b)
#define ENA_MAX32(a, b) LAB_MAX(u32, a, b)
#define ENA_MIN8(a, b) LAB_MIN(u8, a, b)
#define ENA_MIN16(a, b) LAB_MIN(u16, a, b)
#define ENA_MIN32(a, b) LAB_MIN(u32, a, b)
#define BIT(n) (1U << (n))
#define BIT64(n) (1ULL << (n))
#define BITS_PER_LONG 64
#define GENMASK_ULL(high, low) (UINT64_MAX >> (63 - (high)) & UINT64_MAX << (low))
#define GENMASK(high, low) GENMASK_ULL(high, low)
#define U64_C(x) x##ULL
#define lower_32_bits(x) ((u32)(x))
#define upper_32_bits(x) ((u32)((u64)(x) >> 32))
#define DIV_ROUND_UP(a, b) (((a) + (b) - 1) / (b))
#define ENA_FFS(x) ffs(x)
#define ENA_TOUCH(x) ((void)(x))
#define ENA_ZERO_SHIFT 0
#define ENA_BITS_PER_U64(bits) __builtin_popcountll(bits)
#define ENA_FIELD_GET(value, mask, shift) (((value) & (mask)) >> (shift))
#define ENA_FIELD_PREP(value, mask, shift) ((value) << (shift) & (mask))
#define ENA_RSS_FILL_KEY(key, bytes) memset(key, 0x5a, bytes)
#define ENA_INTR_INITIAL_TX_INTERVAL_USECS_PLAT 0
#define ENA_INTR_INITIAL_RX_INTERVAL_USECS_PLAT 0

#define ena_trc_dbg(device, ...) ((void)(device))
#define ena_trc_info(device, ...) ((void)(device))
#define ena_trc_warn(device, ...) lab_say(device, "warning", __VA_ARGS__)
#define ena_trc_err(device, ...) lab_say(device, "error", __VA_ARGS__)
#define lab_say(device, level, ...) ((void)(device), printf("%s: %s: ", __func__, level), printf(__VA_ARGS__))
#define ENA_WARN(condition, device, ...) ((condition) ? lab_say(device, "warning", __VA_ARGS__) : 0)

#include "ena_includes.h"

#endif

/*
 * A SCSI disk with persistent reservations, in the place of the kernel: preloaded into sg_persist of
 * sg3-utils, it answers the commands that the program sends with SG_IO. State is in the file
 * TARGET_STATE; the initiator is the number TARGET_INITIATOR. Source of the behaviour: SPC-4, 5.12.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <scsi/sg.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define INITIATORS 8
#define PERSISTENT_RESERVE_IN 0x5e
#define PERSISTENT_RESERVE_OUT 0x5f
#define STATUS_GOOD 0x00
#define STATUS_RESERVATION_CONFLICT 0x18

struct disk {
  uint32_t generation;
  int32_t holder; /* initiator; -1: none */
  uint32_t type;
  uint64_t keys[INITIATORS]; /* of each initiator; 0: not registered */
};

static uint64_t get(const unsigned char *at, int bytes) {
  uint64_t value = 0;
  for (int i = 0; i < bytes; i++) value = value << 8 | at[i];
  return value;
}

static void put(unsigned char *at, uint64_t value, int bytes) {
  for (int i = bytes - 1; i >= 0; i--, value >>= 8) at[i] = value & 0xff;
}

static int read_in(const struct disk *disk, int action, unsigned char *answer) {
  int length = 8;
  put(answer, disk->generation, 4);
  if (action == 0) {
    for (int i = 0; i < INITIATORS; i++) {
      if (disk->keys[i] == 0) continue;
      put(answer + length, disk->keys[i], 8);
      length += 8;
    }
  } else if (action == 1 && disk->holder >= 0) {
    put(answer + 8, disk->keys[disk->holder], 8);
    answer[21] = disk->type;
    length = 24;
  }
  put(answer + 4, length - 8, 4);
  return length;
}

static int preempt(struct disk *disk, int own, uint64_t other, int type) {
  int holds = disk->holder >= 0 && disk->keys[disk->holder] == other, found = holds;
  for (int i = 0; i < INITIATORS; i++) {
    if (i == own || disk->keys[i] != other) continue;
    disk->keys[i] = 0;
    found = 1;
  }
  if (!found) return STATUS_RESERVATION_CONFLICT;
  if (holds) {
    disk->holder = own;
    disk->type = type;
  }
  disk->generation++;
  return STATUS_GOOD;
}

static int write_out(struct disk *disk, const unsigned char *command, const unsigned char *given) {
  int own = atoi(getenv("TARGET_INITIATOR")), action = command[1] & 0x1f, type = command[2] & 0xf;
  uint64_t key = get(given, 8), other = get(given + 8, 8);
  if (action == 6) { /* register and ignore existing key */
    disk->keys[own] = other;
    disk->generation++;
    return STATUS_GOOD;
  }
  if (disk->keys[own] == 0 || disk->keys[own] != key) return STATUS_RESERVATION_CONFLICT;
  if (action == 1) { /* reserve */
    if (disk->holder >= 0 && disk->holder != own) return STATUS_RESERVATION_CONFLICT;
    disk->holder = own;
    disk->type = type;
    return STATUS_GOOD;
  }
  if (action == 4 || action == 5) return preempt(disk, own, other, type);
  return STATUS_RESERVATION_CONFLICT;
}

static int answer(sg_io_hdr_t *header) {
  struct disk disk;
  int file = open(getenv("TARGET_STATE"), O_RDWR | O_CREAT, 0600), status = STATUS_GOOD, length = 0;
  flock(file, LOCK_EX);
  if (pread(file, &disk, sizeof disk, 0) != sizeof disk) {
    memset(&disk, 0, sizeof disk);
    disk.holder = -1;
  }
  if (header->cmdp[0] == PERSISTENT_RESERVE_IN) {
    unsigned char text[8 + 8 * INITIATORS] = {0};
    length = read_in(&disk, header->cmdp[1] & 0x1f, text);
    if (length > (int)header->dxfer_len) length = header->dxfer_len;
    memcpy(header->dxferp, text, length);
  } else if (header->cmdp[0] == PERSISTENT_RESERVE_OUT) {
    status = write_out(&disk, header->cmdp, header->dxferp);
    if (pwrite(file, &disk, sizeof disk, 0) != sizeof disk) status = STATUS_RESERVATION_CONFLICT;
  }
  close(file);
  header->status = status;
  header->masked_status = status >> 1;
  header->host_status = header->driver_status = header->sb_len_wr = 0;
  header->info = status == STATUS_GOOD ? 0 : SG_INFO_CHECK;
  header->resid = header->dxfer_direction == SG_DXFER_FROM_DEV ? header->dxfer_len - length : 0;
  return 0;
}

int ioctl(int file, unsigned long request, ...) {
  static int (*kernel)(int, unsigned long, ...);
  va_list rest;
  va_start(rest, request);
  void *given = va_arg(rest, void *);
  va_end(rest);
  if (request == SG_IO) return answer(given);
  if (request == SG_GET_VERSION_NUM) {
    *(int *)given = 30536;
    return 0;
  }
  if (kernel == NULL) kernel = dlsym(RTLD_NEXT, "ioctl");
  return kernel(file, request, given);
}

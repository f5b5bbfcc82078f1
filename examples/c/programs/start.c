/* Start-up of a Cortex-M, and its two ways out under QEMU: semihosting. */

#include <stddef.h>
#include <stdint.h>

int main(void);
void reset(void);
void semihosting_print(const char *text);
void semihosting_exit(int failed);

extern uint32_t stack_top, data_start, data_end, data_load, bss_start, bss_end;

static void hang(void)
{
    semihosting_exit(1);
    for (;;) {
    }
}

__attribute__((section(".vectors"), used)) static const struct {
    const void *stack;
    void (*handlers[3])(void); /* reset, NMI, hard fault */
} vectors = {&stack_top, {reset, hang, hang}};

void reset(void)
{
    for (uint32_t *to = &data_start, *from = &data_load; to != &data_end;) {
        *to++ = *from++;
    }
    for (uint32_t *to = &bss_start; to != &bss_end;) {
        *to++ = 0;
    }
    semihosting_exit(main());
    hang();
}

static uint32_t semihosting(uint32_t operation, const void *argument)
{
    register uint32_t r0 __asm__("r0") = operation;
    register const void *r1 __asm__("r1") = argument;
    __asm__ volatile("bkpt 0xAB" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
}

void semihosting_print(const char *text)
{
    semihosting(0x04, text); /* SYS_WRITE0 */
}

void semihosting_exit(int failed)
{
    /* SYS_EXIT, with "application exit" or "run-time error". */
    semihosting(0x18, (const void *)(uintptr_t)(failed ? 0x20023 : 0x20026));
}

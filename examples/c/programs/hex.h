/* Octets in hexadecimal, one message a line. */

#ifndef HEX_H
#define HEX_H

#include <stdint.h>
#include <stdio.h>

static inline void write_line(const uint8_t *octets, size_t size)
{
    for (size_t place = 0; place < size; place++) {
        printf("%02X", octets[place]);
    }
    printf("\n");
}

/* Returns how many octets the next line has, or -1 at the end. */
static inline int read_line(uint8_t *octets, int room)
{
    int size = 0;
    unsigned octet;
    int next = getchar();
    while (next == '\n') {
        next = getchar();
    }
    if (next == EOF) {
        return -1;
    }
    ungetc(next, stdin);
    while (size < room && scanf("%2x", &octet) == 1) {
        octets[size++] = (uint8_t)octet;
        next = getchar();
        if (next == '\n' || next == EOF) {
            break;
        }
        ungetc(next, stdin);
    }
    return size;
}

#endif

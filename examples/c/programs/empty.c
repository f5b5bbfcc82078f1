/* Nothing: what start-up costs, to be taken from the other sizes. */

int main(void)
{
    for (;;) {
    }
}

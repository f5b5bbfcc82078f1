/* Memory that flash.c and beside/receive.rs take for a modem and a flash. */

unsigned machine[512];

/* The other end of OBEX, by OpenOBEX, over TCP loopback: a client that puts a file to a device, or a server that prints
 * what was put to it.
 *
 *   obex_peer put PORT FILE MTU [TYPE]    prints the response codes: CONNECT, PUT, DISCONNECT
 *   obex_peer serve PORT                  takes one connection; prints Target, Type, Length and the body in hexadecimal
 */
#include <arpa/inet.h>
#include <openobex/obex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int done, linked = 1;
static uint32_t connection_id;

static void hex(const char *name, const uint8_t *octets, uint32_t length)
{
	printf("%s ", name);
	for (uint32_t i = 0; i < length; i++)
		printf("%02x", octets[i]);
	printf("\n");
}

static void on_client_event(obex_t *self, obex_object_t *object, int mode, int event, int command, int response)
{
	obex_headerdata_t value;
	uint32_t size;
	uint8_t id;

	(void)mode, (void)command;
	if (event == OBEX_EV_LINKERR || event == OBEX_EV_PARSEERR)
		done = 1, linked = 0;
	if (event != OBEX_EV_REQDONE)
		return;
	printf("%02x\n", response | 0x80);
	while (OBEX_ObjectGetNextHeader(self, object, &id, &value, &size))
		if (id == OBEX_HDR_CONNECTION)
			connection_id = value.bq4;
	done = 1;
}

static void request(obex_t *self, obex_object_t *object)
{
	done = 0;
	if (OBEX_Request(self, object) < 0)
		exit(1);
	while (!done)
		if (OBEX_HandleInput(self, 5) <= 0)
			break;
}

static int put(struct sockaddr_in *address, const char *file, int mtu, const char *type)
{
	static uint8_t octets[65536];
	FILE *input = fopen(file, "rb");
	obex_t *self = OBEX_Init(OBEX_TRANS_INET, on_client_event, 0);
	obex_object_t *object;
	obex_headerdata_t value;

	if (!input || !self)
		return 1;
	size_t length = fread(octets, 1, sizeof octets, input);
	OBEX_SetTransportMTU(self, mtu, mtu);
	if (TcpOBEX_TransportConnect(self, (struct sockaddr *)address, sizeof *address) < 0)
		return 1;

	object = OBEX_ObjectNew(self, OBEX_CMD_CONNECT);
	value.bs = (const uint8_t *)"SYNCML-DM";
	OBEX_ObjectAddHeader(self, object, OBEX_HDR_TARGET, value, 9, OBEX_FL_FIT_ONE_PACKET);
	request(self, object);

	object = OBEX_ObjectNew(self, OBEX_CMD_PUT);
	value.bq4 = connection_id;
	OBEX_ObjectAddHeader(self, object, OBEX_HDR_CONNECTION, value, 4, 0);
	value.bs = (const uint8_t *)type;
	OBEX_ObjectAddHeader(self, object, OBEX_HDR_TYPE, value, strlen(type) + 1, 0);
	value.bq4 = length;
	OBEX_ObjectAddHeader(self, object, OBEX_HDR_LENGTH, value, 4, 0);
	value.bs = octets;
	OBEX_ObjectAddHeader(self, object, OBEX_HDR_BODY, value, length, 0);
	request(self, object);

	object = OBEX_ObjectNew(self, OBEX_CMD_DISCONNECT);
	value.bq4 = connection_id;
	OBEX_ObjectAddHeader(self, object, OBEX_HDR_CONNECTION, value, 4, 0);
	request(self, object);
	return !linked;
}

static void on_server_event(obex_t *self, obex_object_t *object, int mode, int event, int command, int response)
{
	obex_headerdata_t value;
	uint32_t size;
	uint8_t id;

	(void)mode, (void)response;
	switch (event) {
	case OBEX_EV_REQHINT:
		OBEX_ObjectSetRsp(object, OBEX_RSP_CONTINUE, OBEX_RSP_SUCCESS);
		break;
	case OBEX_EV_REQ:
		while (OBEX_ObjectGetNextHeader(self, object, &id, &value, &size)) {
			if (id == OBEX_HDR_TARGET)
				hex("target", value.bs, size);
			if (id == OBEX_HDR_TYPE)
				hex("type", value.bs, size);
			if (id == OBEX_HDR_LENGTH)
				printf("length %u\n", value.bq4);
			if (id == OBEX_HDR_CONNECTION)
				printf("connection %u\n", value.bq4);
			if (id == OBEX_HDR_BODY)
				hex("body", value.bs, size);
		}
		if (command == OBEX_CMD_CONNECT) {
			value.bs = (const uint8_t *)"SYNCML-DM";
			OBEX_ObjectAddHeader(self, object, OBEX_HDR_WHO, value, 9, 0);
			value.bq4 = 7;
			OBEX_ObjectAddHeader(self, object, OBEX_HDR_CONNECTION, value, 4, 0);
		}
		break;
	case OBEX_EV_REQDONE:
		done |= command == OBEX_CMD_DISCONNECT;
		break;
	case OBEX_EV_LINKERR:
	case OBEX_EV_PARSEERR:
		done = 1;
		break;
	}
}

static obex_t *accepted;

static void on_connection(obex_t *self, obex_object_t *object, int mode, int event, int command, int response)
{
	(void)object, (void)mode, (void)command, (void)response;
	if (event == OBEX_EV_ACCEPTHINT)
		accepted = OBEX_ServerAccept(self, on_server_event, NULL);
}

static int serve(struct sockaddr_in *address)
{
	obex_t *self = OBEX_Init(OBEX_TRANS_INET, on_connection, OBEX_FL_KEEPSERVER);

	/* The shortest packets that there are, so that a sender has to make several. */
	OBEX_SetTransportMTU(self, 255, 255);
	if (!self || TcpOBEX_ServerRegister(self, (struct sockaddr *)address, sizeof *address) < 0)
		return 1;
	puts("ready");
	fflush(stdout);
	while (!accepted)
		OBEX_HandleInput(self, 5);
	OBEX_SetTransportMTU(accepted, 255, 255);
	while (!done)
		if (OBEX_HandleInput(accepted, 5) <= 0)
			break;
	return 0;
}

int main(int count, char **words)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };

	if (count > 2)
		address.sin_port = htons(atoi(words[2]));
	if (count > 4 && !strcmp(words[1], "put"))
		return put(&address, words[3], atoi(words[4]), count > 5 ? words[5] : "application/vnd.syncml.notification");
	if (count > 2 && !strcmp(words[1], "serve"))
		return serve(&address);
	return 2;
}

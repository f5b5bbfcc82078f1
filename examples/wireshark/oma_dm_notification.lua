-- A Wireshark dissector for the OMA DM notification, Package #0 (OMA-TS-DM_Notification-V1_2_1).
--
-- Wireshark decodes each bearer (short messages, SMPP, UDP, PAP, OBEX) down to the media type
-- application/vnd.syncml.notification. This dissector reads the octets of that media type.
-- Wireshark does not put an OBEX PUT of several packets together, so only the first is read.
--
--     octet  0  digest, 128 bits                                           OMA §6.2.2
--     octet 16  version, 10 bits | ui-mode, 2 | initiator, 1 |
--               future-use, 27                                             OMA §6.2.6 to §6.2.9
--     octet 21  sessionid, 16 bits                                         OMA §6.2.10
--     octet 23  length-identifier, 8 bits                                  OMA §6.2.11
--     octet 24  server-identifier, then vendor-specific up to the end      OMA §6.2.12, §6.2.13

local protocol = Proto("dm_notification", "OMA DM Notification")

-- Preferences ---------------------------------------------------------------------------------

protocol.prefs.password = Pref.string("Password", "",
    "The server's password. The digest is checked if the password or its hash is given.")
protocol.prefs.credentials = Pref.string("Hash of the password", "",
    "B64(H(server-identifier:password)), 24 characters. If given, the password is not used.")
protocol.prefs.nonce = Pref.string("Nonce (hexadecimal)", "",
    "The server's nonce. Empty: none is known yet. The nonce 0 is tried as well (OMA §5.1).")

-- Fields --------------------------------------------------------------------------------------

local UI_MODES = { [0] = "not-specified", "background", "informative", "user-interaction" }
local INITIATORS = { [0] = "client", "server" }

local function named(name)
    return "dm_notification." .. name
end

local fields = {
    digest = ProtoField.bytes(named "digest", "digest"),
    status = ProtoField.string(named "digest.status", "digest status"),
    version = ProtoField.uint16(named "version", "version", base.DEC, nil, 0xFFC0),
    ui_mode = ProtoField.uint8(named "ui_mode", "ui-mode", base.DEC, UI_MODES, 0x30),
    initiator = ProtoField.uint8(named "initiator", "initiator", base.DEC, INITIATORS, 0x08),
    future_use = ProtoField.uint32(named "future_use", "future-use", base.HEX, nil, 0x07FFFFFF),
    session_id = ProtoField.uint16(named "session_id", "sessionid", base.HEX),
    length_identifier = ProtoField.uint8(named "length_identifier", "length-identifier"),
    server_id = ProtoField.string(named "server_id", "server-identifier"),
    vendor_specific = ProtoField.bytes(named "vendor_specific", "vendor-specific"),
}
protocol.fields = fields

local function info(name, text, group, severity)
    return ProtoExpert.new(named(name), text, expert.group[group], expert.severity[severity])
end

local experts = {
    version = info("departure.version",
        "Departs from 1.2.1: version is not 1.1 (OMA §6.2.6)", "PROTOCOL", "WARN"),
    future_use = info("departure.future_use",
        "Departs from 1.2.1: future-use is not 0 (OMA §6.2.9)", "PROTOCOL", "WARN"),
    session_id = info("departure.session_id",
        "Departs from 1.2.1: sessionid is 0 (OMA §6.2.10)", "PROTOCOL", "WARN"),
    truncated = info("truncated", "Truncated", "MALFORMED", "ERROR"),
    partial = info("partial",
        "A part of the message: the capture cut it, or OBEX has more packets", "UNDECODED", "NOTE"),
    not_authentic = info("digest.not_authentic", "Not authentic", "CHECKSUM", "WARN"),
    resync = info("digest.resync", "Nonce resynchronisation (OMA §5.1)", "SECURITY", "NOTE"),
    preference = info("digest.preference",
        "The nonce in the preferences is not hexadecimal", "UNDECODED", "WARN"),
}
protocol.experts = experts

-- Digest = H(B64(H(server-identifier:password)):nonce:B64(H(trigger))), OMA §6.2.2 --------------

-- The constants of MD5 (RFC 1321 §3.4): the integer part of 2^32 * |sin(i)|, and the rotations.
local SINES = {}
for i = 1, 64 do
    SINES[i] = math.floor(2 ^ 32 * math.abs(math.sin(i)))
end
local ROTATIONS = { { 7, 12, 17, 22 }, { 5, 9, 14, 20 }, { 4, 11, 16, 23 }, { 6, 10, 15, 21 } }

-- Returns the auxiliary function of an MD5 round (1 to 4) and the index of the word it adds.
local function md5_step(round, i, b, c, d)
    if round == 1 then
        return bit.bor(bit.band(b, c), bit.band(bit.bnot(b), d)), i
    elseif round == 2 then
        return bit.bor(bit.band(b, d), bit.band(c, bit.bnot(d))), (5 * i + 1) % 16
    elseif round == 3 then
        return bit.bxor(b, c, d), (3 * i + 5) % 16
    end
    return bit.bxor(c, bit.bor(b, bit.bnot(d))), 7 * i % 16
end

-- Returns 32 bits as four octets, the low one first.
local function little_endian(word)
    local function octet(shift)
        return bit.band(bit.rshift(word, shift), 0xFF)
    end
    return string.char(octet(0), octet(8), octet(16), octet(24))
end

-- Returns the sixteen words of the block of 64 octets that begins at `start`.
local function words(message, start)
    local block = {}
    for i = 0, 15 do
        local a, b, c, d = message:byte(start + 4 * i, start + 4 * i + 3)
        block[i] = a + 0x100 * b + 0x10000 * c + 0x1000000 * d
    end
    return block
end

-- Returns MD5 (H in the specification) of a string, as 16 octets.
local function md5(message)
    local padding = "\128" .. ("\0"):rep((55 - #message) % 64)
    local padded = message .. padding .. little_endian(8 * #message) .. little_endian(0)
    local a0, b0, c0, d0 = 0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476
    for start = 1, #padded, 64 do
        local block = words(padded, start)
        local a, b, c, d = a0, b0, c0, d0
        for i = 0, 63 do
            local round = math.floor(i / 16) + 1
            local mixed, index = md5_step(round, i, b, c, d)
            local sum = bit.tobit(a + mixed + SINES[i + 1] + block[index])
            local rotated = bit.rol(sum, ROTATIONS[round][i % 4 + 1])
            a, b, c, d = d, bit.tobit(b + rotated), b, c
        end
        a0, b0 = bit.tobit(a0 + a), bit.tobit(b0 + b)
        c0, d0 = bit.tobit(c0 + c), bit.tobit(d0 + d)
    end
    return little_endian(a0) .. little_endian(b0) .. little_endian(c0) .. little_endian(d0)
end

local BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

-- Returns Base64 (B64 in the specification) of a string, padded and without line breaks.
local function base64(octets)
    local digits = {}
    for start = 1, #octets, 3 do
        local a, b, c = octets:byte(start, start + 2)
        local group = 0x10000 * a + 0x100 * (b or 0) + (c or 0)
        for shift = 18, 0, -6 do
            local digit = bit.band(bit.rshift(group, shift), 63) + 1
            table.insert(digits, BASE64:sub(digit, digit))
        end
    end
    local padding = -#octets % 3
    return table.concat(digits, "", 1, #digits - padding) .. ("="):rep(padding)
end

-- Returns the octets of a hexadecimal text (spaces and colons allowed), or nil.
local function from_hexadecimal(text)
    local digits = text:gsub("[%s:]", "")
    if #digits % 2 ~= 0 or digits:find("%X") then
        return nil
    end
    return (digits:gsub("%x%x", function(pair)
        return string.char(tonumber(pair, 16))
    end))
end

-- Returns B64(H(server-identifier:password)), or nil if no preference gives it.
local function credentials(server_id)
    if protocol.prefs.credentials ~= "" then
        return protocol.prefs.credentials
    elseif protocol.prefs.password ~= "" then
        return base64(md5(server_id .. ":" .. protocol.prefs.password))
    end
end

local NONCE_0 = "\0\0\0\0"

-- Returns the status of the digest and, if it needs one, its expert info.
local function digest_status(digest, trigger, server_id)
    local secret, nonce = credentials(server_id), from_hexadecimal(protocol.prefs.nonce)
    if not secret then
        return "not checked"
    elseif not nonce then
        return "not checked", experts.preference
    end
    local message = base64(md5(trigger))
    local function matches(candidate)
        return digest == md5(secret .. ":" .. candidate .. ":" .. message)
    end
    if matches(NONCE_0) then
        return "authentic, nonce 0", experts.resync
    elseif matches(nonce) then
        return "authentic, stored nonce"
    end
    return "not authentic", experts.not_authentic
end

-- Dissection ----------------------------------------------------------------------------------

local obex_final_flag = Field.new("obex.final_flag")

-- Returns whether the message goes on after these octets.
local function is_partial(buffer)
    local final = obex_final_flag()
    return buffer:len() < buffer:reported_len() or final ~= nil and not final.value
end

-- Returns a function that takes the next octets, or says that they are missing and returns nil.
local function reader(buffer, tree)
    local offset = 0
    return function(length, name)
        local left = buffer:len() - offset
        if length <= left then
            offset = offset + length
            return buffer(offset - length, length)
        elseif is_partial(buffer) then
            tree:add_proto_expert_info(experts.partial)
        else
            local text = ("Truncated: %s needs %d octets, %d left"):format(name, length, left)
            tree:add_proto_expert_info(experts.truncated, text)
        end
    end
end

-- Returns a text for the packet list: octets other than printable ASCII in hexadecimal.
local function printable(octets)
    return (octets:gsub("[^ -~]", function(octet)
        return ("\\x%02x"):format(octet:byte())
    end))
end

-- Adds version, ui-mode, initiator and future-use.
local function add_flags(octets, tree)
    local version = octets:bitfield(0, 10)
    local item = tree:add(fields.version, octets(0, 2))
    item:append_text((" (%d.%d)"):format(math.floor(version / 10), version % 10))
    if version ~= 11 then
        item:add_proto_expert_info(experts.version)
    end
    tree:add(fields.ui_mode, octets(1, 1))
    tree:add(fields.initiator, octets(1, 1))
    local future_use = tree:add(fields.future_use, octets(1, 4))
    if octets:bitfield(13, 27) ~= 0 then
        future_use:add_proto_expert_info(experts.future_use)
    end
end

local function add_session_id(octets, tree)
    local item = tree:add(fields.session_id, octets)
    if octets:uint() == 0 then
        item:add_proto_expert_info(experts.session_id)
    else
        item:append_text((" (SessionID %X)"):format(octets:uint()))
    end
end

local function add_digest_status(tree, digest, trigger, server_id)
    local status, expert_info = digest_status(digest:raw(), trigger:raw(), server_id:raw())
    local item = tree:add(fields.status, digest, status):set_generated()
    if expert_info then
        item:add_proto_expert_info(expert_info)
    end
end

-- Adds the fields in the order of the octets, up to the first that is truncated.
local function add_fields(buffer, pinfo, tree)
    local take = reader(buffer, tree)
    local digest = take(16, "digest")
    if not digest then return end
    local digest_item = tree:add(fields.digest, digest)

    local flags = take(5, "version to future-use")
    if not flags then return end
    add_flags(flags, tree)

    local session_id = take(2, "sessionid")
    if not session_id then return end
    add_session_id(session_id, tree)
    pinfo.cols.info:append((", session %X"):format(session_id:uint()))

    local length_identifier = take(1, "length-identifier")
    if not length_identifier then return end
    tree:add(fields.length_identifier, length_identifier)

    local server_id = take(length_identifier:uint(), "server-identifier")
    if not server_id then return end
    tree:add_packet_field(fields.server_id, server_id, ENC_UTF_8)
    pinfo.cols.info:append(" of " .. printable(server_id:raw()))

    local vendor_specific = buffer(24 + server_id:len())
    if vendor_specific:len() > 0 then
        tree:add(fields.vendor_specific, vendor_specific)
    end
    if is_partial(buffer) then
        tree:add_proto_expert_info(experts.partial)
    else
        add_digest_status(digest_item, digest, buffer(16), server_id)
    end
end

function protocol.dissector(buffer, pinfo, tree)
    pinfo.cols.protocol = "DM Notification"
    add_fields(buffer, pinfo, tree:add(protocol, buffer()))
end

DissectorTable.get("media_type"):add("application/vnd.syncml.notification", protocol)

#include "analysis/payload/payload_kind.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>
#include <string_view>
#include <vector>

namespace mtuscope {
namespace {

using Bytes = std::vector<uint8_t>;

Bytes from_hex(std::string_view hex) {
  Bytes bytes;
  for (size_t i = 0; i + 1 < hex.size(); ++i) {
    if (hex[i] == ' ') continue;
    bytes.push_back(static_cast<uint8_t>(std::stoul(std::string(hex.substr(i, 2)), nullptr, 16)));
    ++i;
  }
  return bytes;
}

Bytes from_text(std::string_view text) { return {text.begin(), text.end()}; }

struct Sample {
  std::string_view what;
  std::string_view hex;
  uint16_t src, dst;
  std::string_view kind;  // empty: none
};

std::string kind_of(const Bytes& bytes, uint16_t src, uint16_t dst) {
  return payload_kind(bytes, src, dst).value_or("");
}

// What real programs sent over loopback, cut where a whole segment would only be long.
const std::vector<Sample>& recorded() {
  static const std::vector<Sample> samples = {
      {"openssl s_client 3.0 -servername",
       "160301013801000134030303838bbd69b704571e7f5aa183a9181aac57decee752bfe1f0886b"
       "13c2a56c5520ed1c36e65df2fefbf380c50e4df22c0de55595b2b3fb6a69ef6712d1b5bea3f1"
       "003e130213031301c02cc030009fcca9cca8ccaac02bc02f009ec024c028006bc023c0270067"
       "c00ac0140039c009c0130033009d009c003d003c0035002f00ff010000ad00000010000e0000"
       "0b6578616d706c652e636f6d000b000403000102000a00160014001d0017001e001900180100"
       "0101010201030104002300000016000000170000000d002a0028040305030603080708080809"
       "080a080b080408050806040105010601030303010302040205020602002b0009080304030303"
       "020301002d00020101003300260024001d0020d1bebb8daa3d6423cf29790be30103f6cff32f"
       "c8cc192cb68cc6144df833a22b",
       40000, 443, "TLS ClientHello (312 bytes)"},
      {"openssl s_server, TLS 1.3, cut by a snaplen",
       "160303007a02000076030375409a45be0b2e9304eeb2996ec7112a8b06c73a4d793133fd5b96"
       "4e6b2e386820ed1c36e65df2fefbf380c50e4df22c0de55595b2b3fb6a69ef6712d1b5bea3f1"
       "130200002e002b0002030400330024001d002099082df3243e832edd4ffbf44f866091c1a373"
       "8db255e233d50f8ab9e4913d27140303000101170303001787197465c22670f7a69f6184732b"
       "117a41565ce01882",
       443, 40000, "TLS 1.3 ServerHello, ChangeCipherSpec, encrypted handshake"},
      {"the same, cut within the ServerHello",
       "160303007a02000076030375409a45be0b2e9304eeb2996ec7112a8b06c73a4d793133fd5b96"
       "4e6b2e386820ed1c36e65df2fefbf380c50e4df22c0d",
       443, 40000, "TLS ServerHello"},
      {"the client's answer to it",
       "140303000101170303004530f535c54a855daddf7e9b2c9b0a7cb3d637e4c99981683e406e9c"
       "88728c448d5e2c53448f2917ffd0fe13dfc9be12c0b327ae7ee99fb9b779d9d53aa8bae14629"
       "7224b251",
       40000, 443, "TLS ChangeCipherSpec, application data"},
      {"a session ticket of TLS 1.3 cannot be told from data",
       "17030300fa3213e9b5e30545408b48c3ee035eb724941ebf805d6eb6f40237b6f2c005b0dc0e"
       "86188be639a3622b23490c6f4a214e7e8d044530239535860944",
       443, 40000, "TLS application data"},
      {"openssl s_server, TLS 1.2, first segment",
       "16030300410200003d03039e052518ac818b1fa2675e66280f26e14d9fea96e6f8cb72444f57"
       "4e4752440100c030000015ff01000100000b0004030001020023000000170000160303030d0b"
       "000309000306000303308202ff308201e7a0030201020214629308ac287c88dfc0fdc48b3c66"
       "64a33d40e4dd300d06092a864886f70d01010b0500300f310d300b06035504030c0474657374"
       "301e170d3236313132313131343334375a170d3236313132343131343334375a300f310d300b"
       "06035504030c04746573",
       443, 40000, "TLS 1.2 ServerHello, Certificate"},
      {"openssl s_client, TLS 1.2, the end of its handshake",
       "1603030025100000212040ab4503c66e22ed9f75e09e0190eb04a1c26f20686477b1dcf1b53a"
       "6fb15017140303000101160303002803bb816f600fba520ec534fcf8fabededc218f51cb16ce"
       "8d093eadcedb98896e256985c9dd4bcdd8",
       40000, 443, "TLS 1.2 ClientKeyExchange, ChangeCipherSpec, encrypted handshake"},
      {"ssh 9.2",
       "5353482d322e302d4f70656e5353485f392e3270312044656269616e2d322b64656231327536"
       "0d0a",
       40000, 22, "SSH version line"},
      {"dropbear: both in one segment",
       "5353482d322e302d64726f70626561725f323032322e38330d0a000001fc07143fc10eb7a942"
       "564e26a77d1482c77899000000d8637572766532353531392d7368613235362c637572766532"
       "353531392d736861323536406c69627373682e6f72672c656364682d736861322d6e69737470"
       "3532312c656364682d736861322d6e697374703338342c656364682d736861322d6e69737470"
       "3235362c64696666",
       22, 40000, "SSH version line and algorithm offer (KEXINIT)"},
      {"ssh 9.2, 1560 bytes on the wire",
       "0000061408142b8388e674a073354582b8cfabc3026d00000148736e74727570373631783235"
       "3531392d7368613531322c736e747275703736317832353531392d736861353132406f70656e"
       "7373682e636f6d2c637572766532353531392d7368613235",
       40000, 22, "SSH algorithm offer (KEXINIT)"},
      {"ssh 9.2, curve25519",
       "0000002c061e0000002053b30576656fce15e733f1e5b2e1f16487f6b450f48c7ffa706ed653"
       "e22e8203000000000000",
       40000, 22, "SSH key exchange, the client's key"},
      {"dropbear, ed25519",
       "000000bc081f000000330000000b7373682d6564323535313900000020a950a9600765545979"
       "e2b1788504acf28b8c329075dc7e4f0353a727364d9f4700000020b2f78c885a7a3f47953fc9"
       "3345d17884892f776dc3baebb747f47427b0711315000000530000000b7373682d6564323535"
       "313900000040",
       22, 40000, "SSH key exchange, the server's reply"},
      {"psql 15",
       "000000390003000075736572006d6500646174616261736500706f737467726573006170706c"
       "69636174696f6e5f6e616d65007073716c0000",
       40000, 5432, "PostgreSQL startup"},
      {"psql 15, sslmode=prefer", "0000000804d2162f", 40000, 5432, "PostgreSQL TLS request"},
      {"PostgreSQL 15, SCRAM-SHA-256", "52000000170000000a534352414d2d5348412d3235360000", 5432,
       40000, "PostgreSQL authentication request"},
      {"its challenge",
       "520000005c0000000b723d744762447a6474634a4c717a5a506e366a355546617447334d2f74"
       "5548",
       5432, 40000, "PostgreSQL authentication request"},
      {"its proof, then settings",
       "52000000360000000c763d577158534e4d327873532f53566247587350744c496c7562384844"
       "376e756d6d3170316242656e7a3744413d520000000800000000530000001a6170706c696361"
       "74696f6e5f6e616d65007073716c005300000019636c69656e745f656e636f64696e67005554"
       "463800530000",
       5432, 40000, "PostgreSQL authentication completed"},
      {"psql 15, a query",
       "510000002473656c6563742031206173206f6e652c20242461626324242061732074776f00", 40000, 5432,
       "PostgreSQL query"},
      {"its answer: columns, rows, done",
       "540000003200026f6e6500000000000000000000170004ffffffff000074776f000000000000"
       "0000000019ffffffffffff000044000000120002000000013100000003616263430000000d53"
       "454c4543542031005a0000000549",
       5432, 40000, "PostgreSQL row description"},
      {"the same from its first row on",
       "44000000120002000000013100000003616263430000000d53454c4543542031005a00000005"
       "49",
       5432, 40000, "PostgreSQL data row"},
      {"MariaDB 10.11",
       "640000000a352e352e352d31302e31312e31392d4d6172696144422d302b6465623132753100"
       "030000003b786c345d577d3200fef7080200ff81150000000000001d0000007c3b5164262d4c"
       "7a41744745006d7973716c5f6e61746976655f70617373776f726400",
       3306, 40000, "MySQL greeting"},
      {"redis-cli GET", "2a320d0a24330d0a4745540d0a24310d0a780d0a", 40000, 6379, "Redis command"},
      {"mosquitto_pub", "101000044d5154540402003c000474657374", 40000, 1883, "MQTT connect"},
  };
  return samples;
}

// Laid out by hand after the documents that payload_formats.h names; spaces divide the fields.
const std::vector<Sample>& written() {
  static const std::vector<Sample> samples = {
      {"TLS 1.2: a Certificate at the start of a segment, cut",
       "16 0303 0f00 0b 000efc 000ef9 00057a 30820576", 443, 40000, "TLS 1.2 Certificate"},
      {"TLS: the middle of a Certificate", "30820576 30820000 a0030201 02", 443, 40000, ""},
      {"TLS: a record with a message of no known type is an encrypted one",
       "16 0303 0028 7b 9a1c22 e5f0", 443, 40000, ""},
      {"TLS: what follows the record is none",
       "17 0303 0012 aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa 47455420", 443, 40000, ""},
      {"TLS: a record longer than any", "17 0303 ffff aaaa", 443, 40000, ""},
      {"PostgreSQL: the same on a port that is not its own", "52 00000017 0000000a 53", 80, 40000,
       ""},
      {"PostgreSQL: a row whose values are longer than it",
       "44 00000012 0002 00000001 31 00000007 616263", 5432, 40000, ""},
      {"PostgreSQL: a large row, cut in its first value", "44 00010010 0001 00010006 61616161",
       5432, 40000, "PostgreSQL data row"},
      {"SQL Server: MS-TDS 4.1", "12 01 002f 0000 00 00 00 001a 0006 01 0020 0001", 40000, 1433,
       "SQL Server pre-login"},
      {"SQL Server: MS-TDS 4.2", "10 01 0090 0000 01 00 88000000 02000972", 40000, 1433,
       "SQL Server login"},
      {"MongoDB: OP_MSG", "68000000 01000000 00000000 dd070000 00000000", 40000, 27017,
       "MongoDB request"},
      {"DNS: www.example.com A, asked",
       "0021 1234 0100 0001 0000 0000 0000 "
       "03777777 076578616d706c65 03636f6d 00 0001 0001",
       40000, 53, "DNS query"},
      {"DNS: the root's keys, an answer that did not fit UDP",
       "0448 1234 8400 0001 0003 0000 0001 00 0030 0001", 53, 40000, "DNS answer"},
      {"DNS: a zone, first message",
       "ffc0 1234 8480 0001 0064 0000 0000 "
       "076578616d706c65 03636f6d 00 00fc 0001",
       53, 40000, "DNS zone transfer"},
      {"DNS: more records than have room", "0040 1234 8400 0001 0064 0000 0000 00 0030 0001", 53,
       40000, ""},
      {"DNS: an answer towards the server", "0040 1234 8400 0001 0001 0000 0000 00 0030 0001",
       40000, 53, ""},
      {"BGP: OPEN", "ffffffffffffffffffffffffffffffff 001d 01 04 fde8 00b4 0a000001 00", 40000, 179,
       "BGP OPEN"},
      {"BGP: a full UPDATE", "ffffffffffffffffffffffffffffffff 1000 02 0000 0014", 179, 40000,
       "BGP UPDATE"},
      {"BGP: ones on another port", "ffffffffffffffffffffffffffffffff 1000 02 0000 0014", 80, 40000,
       ""},
      {"Kerberos: TGS-REP of 1503 bytes", "000005df 6d8205db 308205d7 a003020105", 88, 40000,
       "Kerberos ticket answer (TGS-REP)"},
      {"Kerberos: lengths that disagree", "000005de 6d8205db 308205d7 a003020105", 88, 40000, ""},
      {"LDAP: search entry, short lengths", "302f 020102 642a 0400 3026", 389, 40000,
       "LDAP search entry"},
      {"LDAP: search entry, as Active Directory writes lengths",
       "308400000580 020102 648400000577 0400", 389, 40000, "LDAP search entry"},
      {"LDAP: an RSA key is a sequence that begins with an integer too", "3082010a 02820101 00c3a5",
       389, 40000, ""},
      {"SMB2: session setup request", "000005dc fe534d42 4000 0100 00000000 0100 2100 10000000",
       40000, 445, "SMB2 session setup request"},
      {"SMB2: read answer", "00010050 fe534d42 4000 0100 00000000 0800 2100 01000000", 445, 40000,
       "SMB2 read answer"},
      {"SMB3: encrypted", "00000100 fd534d42 0102030405060708", 445, 40000,
       "SMB3 encrypted message"},
      {"RDP: connection request", "03 00 0013 0e e0 0000 0000 00 01 00 0800 03000000", 40000, 3389,
       "RDP connection request"},
      {"NFS: a call", "80000580 12345678 00000000 00000002 000186a3 00000003 00000007", 40000, 2049,
       "NFS call"},
      {"NFS: a reply", "80010080 12345678 00000001 00000000 00000000 00000000", 2049, 40000,
       "NFS reply"},
      {"AMQP 0-9-1", "414d5150 00 00 09 01", 40000, 5672, "AMQP protocol header"},
  };
  return samples;
}

TEST(PayloadKind, NamesWhatRealProgramsSend) {
  for (const Sample& s : recorded()) {
    EXPECT_EQ(kind_of(from_hex(s.hex), s.src, s.dst), s.kind) << s.what;
  }
}

TEST(PayloadKind, NamesWhatTheDocumentsDescribe) {
  for (const Sample& s : written()) {
    EXPECT_EQ(kind_of(from_hex(s.hex), s.src, s.dst), s.kind) << s.what;
  }
}

TEST(PayloadKind, NamesLinesOfText) {
  const struct {
    std::string_view text;
    uint16_t src, dst;
    std::string_view kind;
  } samples[] = {
      {"GET / HTTP/1.1\r\nHost: a\r\n\r\n", 40000, 80, "HTTP request (GET)"},
      {"POST /upload?token=secret", 40000, 8080, "HTTP request (POST)"},  // cut by the snaplen
      {"GET /words that are no request\n", 40000, 80, ""},
      {"GET well soon", 40000, 80, ""},
      {"HTTP/1.1 200 OK\r\n", 80, 40000, "HTTP response head (200)"},
      {"HTTP/1.1 20", 80, 40000, ""},
      {"HTTP/1.1 2000", 80, 40000, ""},
      {"HTTP/1.1 is a protocol", 80, 40000, ""},
      {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 40000, 50051, "HTTP/2 connection preface"},
      {"INVITE sip:bob@example.com SIP/2.0\r\n", 40000, 5060, "SIP request (INVITE)"},
      {"SIP/2.0 180 Ringing\r\n", 5060, 40000, "SIP response (180)"},
      {"220 mail.example.com ESMTP\r\n", 25, 40000, "SMTP greeting"},
      {"220 volts\r\n", 8080, 40000, ""},
      {"* OK IMAP4rev1 ready\r\n", 143, 40000, "IMAP greeting"},
      {"SSH-2.0-OpenSSH_9.2p1\r\n", 22, 40000, "SSH version line"},
      {"$16384\r\nabcdef", 6379, 40000, "Redis reply"},
      {"- an item of a list\n", 6379, 40000, ""},
      {"", 443, 40000, ""},
  };
  for (const auto& s : samples)
    EXPECT_EQ(kind_of(from_text(s.text), s.src, s.dst), s.kind) << s.text;
}

// RFC 8446 4.1.2, with a key share of X25519MLKEM768 (0x11ec, 1216 bytes) behind the SNI.
TEST(PayloadKind, NamesThePostQuantumClientHelloThatNoLongerFitsOnePacket) {
  const Bytes start = from_hex(
      "16 0301 06be 01 0006ba 0303"
      "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
      "00 0002 1301 01 00 068f"
      "0000 000a 0008 00 0005 6c6f63616c"
      "0033 04c6 04c4 11ec 04c0 aabbccdd");
  EXPECT_EQ(kind_of(start, 40000, 443), "TLS ClientHello (1726 bytes, post-quantum key share)");
  // A draft's GREASE share may come first (RFC 8701).
  Bytes grease = start;
  const Bytes share = from_hex("0a0a 0001 00");
  grease.insert(grease.end() - 8, share.begin(), share.end());
  EXPECT_EQ(kind_of(grease, 40000, 443), "TLS ClientHello (1726 bytes, post-quantum key share)");
}

// RFC 8446 4.1.2: the second one answers a HelloRetryRequest.
TEST(PayloadKind, TwoClientHellosInOneFlightAreNoTls) {
  const Bytes hello = from_hex(
      "16 0301 002d 01 000029 0303"
      "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
      "00 0002 1301 01 00");
  EXPECT_EQ(kind_of(hello, 40000, 443), "TLS ClientHello (45 bytes)");
  Bytes twice = hello;
  twice.insert(twice.end(), hello.begin(), hello.end());
  EXPECT_EQ(kind_of(twice, 40000, 443), "");
}

// A short snaplen leaves the name, a shorter or vaguer one, or none; never another protocol.
TEST(PayloadKind, CutPayloadIsNamedAlikeOrNotAtAll) {
  for (const Sample& s : recorded()) {
    const Bytes bytes = from_hex(s.hex);
    const std::string_view protocol = s.kind.substr(0, s.kind.find(' '));
    for (size_t length = 0; length < bytes.size(); ++length) {
      const std::string kind = kind_of({bytes.begin(), bytes.begin() + length}, s.src, s.dst);
      EXPECT_TRUE(kind.empty() || kind.starts_with(protocol)) << s.what << " cut to " << length;
    }
  }
}

TEST(PayloadKind, TheMiddleOfAStreamHasNone) {
  for (const Sample& s : recorded()) {
    if (s.kind.starts_with("TLS") || s.kind.starts_with("PostgreSQL"))
      continue;  // several messages
    const Bytes bytes = from_hex(s.hex);
    for (size_t from = 1; from < bytes.size(); ++from) {
      const std::string kind = kind_of({bytes.begin() + from, bytes.end()}, s.src, s.dst);
      const bool second_packet = s.what.starts_with("dropbear: both") && kind.starts_with("SSH");
      EXPECT_TRUE(kind.empty() || second_packet) << s.what << " from " << from << ": " << kind;
    }
  }
}

TEST(PayloadKind, EncryptedAndCompressedBytesHaveNone) {
  constexpr uint16_t kPorts[] = {22,  25,   53,   80,   88,   143,  179,  389,  443,
                                 445, 1433, 2049, 3306, 3389, 5432, 6379, 27017};
  std::mt19937 random(1);
  Bytes bytes(64);
  for (int i = 0; i < 300'000; ++i) {
    for (size_t at = 0; at < bytes.size(); at += 4) {
      const auto word = static_cast<uint32_t>(random());
      for (size_t k = 0; k < 4; ++k) bytes[at + k] = static_cast<uint8_t>(word >> 8 * k);
    }
    const uint16_t port = kPorts[i % std::size(kPorts)];
    const uint16_t src = i % 2 == 0 ? port : 40000, dst = i % 2 == 0 ? 40000 : port;
    EXPECT_EQ(kind_of(bytes, src, dst), "") << "random payload " << i << ", port " << port;
  }
}

// Numbers, tables and images are mostly small bytes.
TEST(PayloadKind, SparseBinaryDataHasNone) {
  constexpr uint16_t kPorts[] = {53, 80, 88, 179, 389, 443, 445, 1433, 2049, 5432, 6379, 27017};
  std::mt19937 random(2);
  Bytes bytes(64);
  for (int i = 0; i < 300'000; ++i) {
    for (uint8_t& byte : bytes) {
      const auto word = static_cast<uint32_t>(random());
      byte = static_cast<uint8_t>((word & 3) != 0 ? 0 : word >> 8 & 0x1f);
    }
    const uint16_t port = kPorts[i % std::size(kPorts)];
    EXPECT_EQ(kind_of(bytes, port, 40000), "") << "sparse payload " << i << ", port " << port;
  }
}

TEST(PayloadKind, DamagedBytesNeverReachTheText) {
  std::mt19937 random(3);
  for (int i = 0; i < 30'000; ++i) {
    const Sample& s = recorded()[random() % recorded().size()];
    Bytes bytes = from_hex(s.hex);
    for (int changes = 0; changes < 3; ++changes) {
      bytes[random() % bytes.size()] = static_cast<uint8_t>(random());
    }
    bytes.resize(random() % (bytes.size() + 1));
    const std::string kind = kind_of(bytes, s.src, s.dst);
    EXPECT_LE(kind.size(), kMaxPayloadKind);
    for (const char c : kind) EXPECT_TRUE(c >= 0x20 && c <= 0x7e) << kind;
  }
}

}  // namespace
}  // namespace mtuscope

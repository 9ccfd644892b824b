// The simulated part of the accuracy campaign, as JSON on standard output:
//   simulated RUNS [CLASS]        that many runs of every class, or of one
//   simulated show CLASS NUMBER   one run: the packets as a pcap on standard output, what is true
//                                 about it on standard error
// Runs on all processors; the result does not depend on how many there are.

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include "tests/accuracy/tally.h"

namespace {

using namespace mtuscope;         // NOLINT(build/namespaces): a program
using namespace mtuscope::build;  // NOLINT(build/namespaces)

constexpr uint64_t kBatch = 25;
constexpr const char* kPoints[] = {"sender", "middle", "receiver"};

std::vector<std::vector<Tally>> run_all(const std::vector<const NetworkClass*>& classes,
                                        uint64_t runs) {
  const uint64_t batches = (runs + kBatch - 1) / kBatch;
  std::vector<std::vector<Tally>> parts(classes.size() * batches);
  std::atomic<uint64_t> next{0};
  const auto work = [&] {
    for (uint64_t i = next++; i < parts.size(); i = next++) {
      const uint64_t first = i % batches * kBatch;
      parts[i] = tally_by_point(*classes[i / batches], first, std::min(kBatch, runs - first));
    }
  };
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < std::max(1u, std::thread::hardware_concurrency()); ++i)
    threads.emplace_back(work);
  for (std::thread& t : threads) t.join();
  std::vector<std::vector<Tally>> sums(classes.size(), std::vector<Tally>(3));
  for (uint64_t i = 0; i < parts.size(); ++i) {
    for (size_t point = 0; point < 3; ++point) sums[i / batches][point].add(parts[i][point]);
  }
  return sums;
}

void print(const NetworkClass& network, const std::vector<Tally>& by_point, bool last) {
  std::printf("  {\"class\": \"%s\", \"limited\": %s, \"whole\": %s, \"points\": [\n", network.name,
              network.limited ? "true" : "false", network.whole ? "true" : "false");
  for (size_t i = 0; i < by_point.size(); ++i) {
    const Tally& t = by_point[i];
    std::printf(
        "    {\"point\": \"%s\", \"runs\": %lu, \"false_confirmed\": %lu, \"false_suspected\": "
        "%lu, \"false_size_loss\": %lu, \"false_outage\": %lu, "
        "\"false_suspected_outage\": %lu, \"provable\": %lu, \"confirmed\": "
        "%lu, \"suspected\": %lu, "
        "\"wrong_bounds\": %lu, \"wrong\": [",
        kPoints[i], t.runs, t.false_confirmed, t.false_suspected, t.false_size_loss, t.false_outage,
        t.false_suspected_outage, t.provable, t.confirmed, t.suspected, t.wrong_bounds);
    for (size_t k = 0; k < t.wrong.size(); ++k)
      std::printf("%s\"%s\"", k == 0 ? "" : ", ", t.wrong[k].c_str());
    std::printf("]}%s\n", i + 1 < by_point.size() ? "," : "");
  }
  std::printf("  ]}%s\n", last ? "" : ",");
}

template <typename T>
void put(T value) {
  std::fwrite(&value, sizeof value, 1, stdout);
}

void show(const NetworkClass& network, uint64_t number) {
  const Run run = make_run(network, number);
  SimulatedTruth truth;
  Packets packets = simulate(run.flows, run.path, run.point, run.end, run.seed, &truth);
  if (run.damage) packets = run.damage(std::move(packets));
  constexpr uint32_t kNanosecondMagic = 0xa1b23c4d, kSnaplen = 262144, kRawIp = 101;
  put(kNanosecondMagic);
  put(uint16_t{2});
  put(uint16_t{4});
  put(uint64_t{0});
  put(kSnaplen);
  put(kRawIp);
  for (const CapturedPacket& p : packets) {
    put(static_cast<uint32_t>(p.time.ns / 1'000'000'000));
    put(static_cast<uint32_t>(p.time.ns % 1'000'000'000));
    put(static_cast<uint32_t>(p.bytes.size()));
    put(p.original_bytes);
    std::fwrite(p.bytes.data(), 1, p.bytes.size(), stdout);
  }
  std::fprintf(stderr,
               "recorded at the %s, one way %.4f s, limit %u from %.2f s, sack %d, timestamps %d, "
               "least RTO %.2f s; the limit took %lu packets; provable: %s\n",
               kPoints[static_cast<size_t>(run.point)], run.path.one_way,
               run.path.limit.value_or(0), run.path.limit_from, run.flows[0].ends.sack,
               run.flows[0].ends.timestamps, run.flows[0].min_rto, truth.lost_by_limit,
               truth.provable ? "yes" : "no");
}

const NetworkClass* class_named(const char* name) {
  for (const NetworkClass& c : network_classes()) {
    if (std::strcmp(c.name, name) == 0) return &c;
  }
  std::fprintf(stderr, "simulated: no class \"%s\"; these are known:\n", name);
  for (const NetworkClass& c : network_classes()) std::fprintf(stderr, "  %s\n", c.name);
  std::exit(2);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 4 && std::strcmp(argv[1], "show") == 0) {
    show(*class_named(argv[2]), std::strtoull(argv[3], nullptr, 10));
    return 0;
  }
  const uint64_t runs = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 0;
  if (argc > 3 || runs == 0) {
    std::fputs("usage: simulated RUNS [CLASS] | simulated show CLASS NUMBER\n", stderr);
    return 2;
  }
  std::vector<const NetworkClass*> classes;
  if (argc == 3) {
    classes.push_back(class_named(argv[2]));
  } else {
    for (const NetworkClass& c : network_classes()) classes.push_back(&c);
  }
  const auto sums = run_all(classes, runs);
  std::puts("[");
  for (size_t i = 0; i < classes.size(); ++i) print(*classes[i], sums[i], i + 1 == classes.size());
  std::puts("]");
}

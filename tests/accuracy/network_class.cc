#include "tests/accuracy/network_class.h"

#include <string_view>

#include "tests/accuracy/damage.h"

namespace mtuscope::build {

namespace {

// ---- What is said

std::vector<Exchange> records(Dice& dice, uint32_t count, uint32_t largest) {
  std::vector<Exchange> all;
  for (uint32_t i = 0; i < count; ++i)
    all.push_back({dice.between(20u, 300u), {dice.between(20u, largest)}, 0.05 * dice.next()});
  return all;
}

std::vector<Exchange> conversation(Dice& dice) {
  switch (dice.between(0u, 6u)) {
    case 0:  // the incident
      return {Exchange{}};
    case 1:  // a download
      return {{78, {dice.between(3'000u, 150'000u)}}};
    case 2:  // a TLS handshake and a few requests
      return {{517, {dice.between(2'500u, 5'000u), 300}}, {64, {51}}, {120, {900, 1800}}};
    case 3:  // head, body, end
      return {{78, {114, dice.between(1'400u, 12'000u), 232}}, {78, {50}}};
    case 4:
      return records(dice, 15, 1'300);
    case 5:
      return records(dice, 40, 3'000);
    default:  // a chat with a large word now and then
      return {{60, {60}, 0.1}, {60, {90}, 0.1}, {60, {1'368, 90}, 0.1}, {60, {60}, 0.1}};
  }
}

// ---- Who says it

SimulatedFlow flow_of(Dice& dice, int k, const SimulatedFlow& like) {
  SimulatedFlow f = like;
  f.ends.b_port = static_cast<uint16_t>(50'000 + k);
  f.start = k == 0 ? 0 : dice.between(0.0, 3.0);
  f.exchanges = conversation(dice);
  if (dice.happens(0.3)) f.give_up = dice.between(1.0, 8.0);
  return f;
}

SimulatedFlow stack(Dice& dice) {
  SimulatedFlow f;
  f.ends.sack = !dice.happens(0.15);
  f.ends.timestamps = !dice.happens(0.2);
  f.ends.ip_ids = !dice.happens(0.15);
  if (dice.happens(1.0 / 3)) {
    f.ends.a = "fd09::2";
    f.ends.b = "fd09::1";
    f.ends.a_mss = f.ends.b_mss = 1360;  // MTU 1420
  }
  constexpr double kMinRtos[] = {0.03, 0.2, 0.2, 0.2, 0.2, 1.0};
  f.min_rto = dice.one_of(kMinRtos);
  f.delayed_ack = dice.happens(0.5) ? 0.04 : 0.2;
  f.tail_loss_probe = !dice.happens(0.2);
  return f;
}

void set_flows(Run& run, Dice& dice, int count) {
  const SimulatedFlow like = stack(dice);
  run.flows.clear();
  for (int k = 0; k < count; ++k) run.flows.push_back(flow_of(dice, k, like));
}

Run ordinary(Dice& dice) {
  Run run;
  constexpr double kOneWays[] = {0.0005, 0.005, 0.02, 0.02, 0.05, 0.15, 0.3};
  constexpr CapturePoint kPoints[] = {CapturePoint::kSender, CapturePoint::kMiddle,
                                      CapturePoint::kReceiver};
  constexpr int kFlows[] = {1, 1, 2, 2, 5, 15};
  constexpr double kEnds[] = {5, 12, 25};
  run.path.one_way = dice.one_of(kOneWays);
  run.point = dice.one_of(kPoints);
  run.end = dice.one_of(kEnds);
  set_flows(run, dice, dice.one_of(kFlows));
  return run;
}

// ---- The networks

void lose(Run& run, double share) { run.path.loss_there = run.path.loss_back = share; }

void limit(Run& run, Dice& dice) { run.path.limit = dice.between(600u, 1'400u); }

void police(Run& run, Dice& dice) {
  run.path.police_rate = dice.between(20e3, 400e3);
  run.path.police_burst = dice.between(3'000.0, 30'000.0);
}

uint64_t draw_seed(Dice& dice) { return dice.between(0u, 1'000'000'000u); }

std::vector<NetworkClass> look_alikes() {
  const auto loss = [](double share) { return [share](Run& r, Dice&) { lose(r, share); }; };
  return {
      {"nothing is wrong", false, true, [](Run&, Dice&) {}},
      {"1 % random loss", false, true, loss(0.01)},
      {"5 % random loss", false, true, loss(0.05)},
      {"13 % random loss", false, true, loss(0.13)},
      {"20 % random loss", false, true, loss(0.20)},
      {"30 % random loss", false, true, loss(0.30)},
      {"40 % random loss", false, true, loss(0.40)},
      {"30 % random loss, 40 short flows", false, true,
       [](Run& r, Dice& dice) {
         lose(r, 0.3);
         set_flows(r, dice, 40);
       }},
      {"only acknowledgements are lost, 40 %", false, true,
       [](Run& r, Dice&) { r.path.loss_back = 0.4; }},
      {"bursts of loss", false, true,
       [](Run& r, Dice& dice) {
         lose(r, dice.between(0.005, 0.05));
         r.path.burst = dice.between(0.02, 0.6);
       }},
      {"a policer that counts bytes", false, true, police},
      {"a queue that overflows", false, true,
       [](Run& r, Dice& dice) {
         r.path.link_rate = dice.between(20e3, 400e3);
         r.path.queue_bytes = dice.between(3'000.0, 30'000.0);
       }},
      {"an outage that ends", false, true,
       [](Run& r, Dice& dice) {
         lose(r, 0.01);
         r.path.down_from = dice.between(0.1, 3.0);
         r.path.down_to = r.path.down_from + dice.between(0.3, 6.0);
       }},
      {"an outage that does not end", false, true,
       [](Run& r, Dice& dice) {
         r.path.down_from = dice.between(0.1, 3.0);
         r.path.down_to = 1e9;
       }},
      {"one direction dies, for a while or for good", false, true,
       [](Run& r, Dice& dice) {
         r.path.mute_from = dice.between(0.1, 3.0);
         r.path.mute_to = dice.happens(0.5) ? 1e9 : r.path.mute_from + dice.between(0.5, 8.0);
       }},
      {"reordering", false, true,
       [](Run& r, Dice& dice) { r.path.reordered = dice.between(0.05, 0.5); }},
      {"reordering and 13 % loss", false, true,
       [](Run& r, Dice& dice) {
         r.path.reordered = dice.between(0.05, 0.5);
         lose(r, 0.13);
       }},
      {"packets doubled by the network, 5 % loss", false, true,
       [](Run& r, Dice&) {
         r.path.duplicated = 0.2;
         lose(r, 0.05);
       }},
      {"the path becomes slower, 5 % loss", false, true,
       [](Run& r, Dice& dice) {
         r.path.slower_from = dice.between(0.2, 3.0);
         r.path.slower_by = dice.between(0.05, 0.8);
         lose(r, 0.05);
       }},
      {"recorded under offload, 13 % loss", false, true,
       [](Run& r, Dice&) {
         lose(r, 0.13);
         r.damage = with_offload;
       }},
      {"recorded with 2 % missing, 13 % loss", false, false,
       [](Run& r, Dice& dice) {
         lose(r, 0.13);
         r.damage = [seed = draw_seed(dice)](const Packets& p) {
           return with_drops(p, 0.02, seed);
         };
       }},
      {"recorded with 20 % missing", false, false,
       [](Run& r, Dice& dice) {
         r.damage = [seed = draw_seed(dice)](const Packets& p) { return with_drops(p, 0.2, seed); };
       }},
      {"one direction recorded, 13 % loss", false, false,
       [](Run& r, Dice& dice) {
         lose(r, 0.13);
         const bool from_a = dice.happens(0.5);
         r.damage = [from_a](const Packets& p) { return one_direction(p, from_a); };
       }},
      {"54 bytes of each packet recorded, 13 % loss", false, false,
       [](Run& r, Dice&) {
         lose(r, 0.13);
         r.damage = [](const Packets& p) { return with_snaplen(p, 54); };
       }},
  };
}

std::vector<NetworkClass> limited() {
  const auto with_loss = [](double share) {
    return [share](Run& r, Dice& dice) {
      limit(r, dice);
      lose(r, share);
    };
  };
  return {
      {"a limit", true, true, limit},
      {"a limit and 1 % loss", true, true, with_loss(0.01)},
      {"a limit and 5 % loss", true, true, with_loss(0.05)},
      {"a limit and 13 % loss", true, true, with_loss(0.13)},
      {"a limit and bursts of loss", true, true,
       [](Run& r, Dice& dice) {
         limit(r, dice);
         lose(r, 0.01);
         r.path.burst = 0.2;
       }},
      {"a limit and a policer", true, true,
       [](Run& r, Dice& dice) {
         limit(r, dice);
         police(r, dice);
       }},
      {"a limit and reordering", true, true,
       [](Run& r, Dice& dice) {
         limit(r, dice);
         r.path.reordered = dice.between(0.05, 0.5);
       }},
      {"a path that shrinks", true, true,
       [](Run& r, Dice& dice) {
         limit(r, dice);
         r.path.limit_from = dice.between(0.3, 3.0);
       }},
      {"a sender that finds out (RFC 4821)", true, true,
       [](Run& r, Dice& dice) {
         r.path.limit = dice.between(1'030u, 1'400u);
         for (SimulatedFlow& f : r.flows) f.mtu_probing = true;
       }},
      {"a limit, recorded under offload", true, true,
       [](Run& r, Dice& dice) {
         limit(r, dice);
         r.damage = with_offload;
       }},
      {"a limit, recorded with 2 % missing", true, false,
       [](Run& r, Dice& dice) {
         limit(r, dice);
         r.damage = [seed = draw_seed(dice)](const Packets& p) {
           return with_drops(p, 0.02, seed);
         };
       }},
      {"a limit on a third of the flows (ECMP)", true, false,
       [](Run& r, Dice& dice) {
         limit(r, dice);
         r.path.limit_every = 3;
         set_flows(r, dice, 15);
       }},
  };
}

}  // namespace

const std::vector<NetworkClass>& network_classes() {
  static const std::vector<NetworkClass> all = [] {
    std::vector<NetworkClass> classes = look_alikes();
    for (NetworkClass& c : limited()) classes.push_back(std::move(c));
    return classes;
  }();
  return all;
}

Run make_run(const NetworkClass& network, uint64_t number) {
  uint64_t seed = number * 0x9e3779b97f4a7c15u;
  for (const char c : std::string_view(network.name))
    seed = (seed ^ static_cast<uint8_t>(c)) * 0x100000001b3u;
  Dice dice(seed);
  Run run = ordinary(dice);
  network.prepare(run, dice);
  run.seed = seed ^ 0x5bd1e995;
  return run;
}

}  // namespace mtuscope::build

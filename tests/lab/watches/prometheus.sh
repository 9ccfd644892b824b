# What `--metrics` writes is read by the real node exporter, scraped by the real Prometheus, and the alert of
# docs/fleet fires. Both are Debian packages that start a service of their own when they are installed, so this
# test takes them where they are, and is skipped elsewhere.
for program in prometheus prometheus-node-exporter promtool curl; do
  command -v $program >/dev/null || { echo "$program is not installed"; exit 77; }
done
fleet=$LAB_DIR/../../docs/fleet
(cd "$fleet" && promtool test rules alerts_test.yml) || fail "the alerts' own tests"
network
limit 1460
tunnel 1420
serve "request reply:1751"
mkdir "$LAB_TMP/text" "$LAB_TMP/data"
cat >"$LAB_TMP/prometheus.yml" <<YAML
global: {scrape_interval: 200ms, evaluation_interval: 200ms}
rule_files: [$(readlink -f "$fleet/alerts.yml")]
scrape_configs:
  - job_name: node
    static_configs: [{targets: ['127.0.0.1:9100']}]
YAML
spawn server prometheus-node-exporter --collector.disable-defaults --collector.textfile \
  --collector.textfile.directory="$LAB_TMP/text" --web.listen-address=127.0.0.1:9100 2>"$LAB_TMP/exporter.log"
spawn server prometheus --config.file="$LAB_TMP/prometheus.yml" --storage.tsdb.path="$LAB_TMP/data" \
  --web.listen-address=127.0.0.1:9090 2>"$LAB_TMP/prometheus.log"
ask() { on server curl -sfG "http://127.0.0.1:9090/api/v1/$1" --data-urlencode "query=${2-}"; }
asked_has() { ask "$1" "${2-}" | grep -q "$3"; }
watch server -i wg0 --metrics "$LAB_TMP/text/mtuscope.prom"
wait_for 20 asked_has query mtuscope_info '"interfaces":"wg0"'
asked_has alerts "" '"state":"firing"' && fail "an alert fires though nothing is wrong"
download stuck 4 $INNER_SERVER
wait_for 20 asked_has alerts "" '"alertname":"PathMtuBlackHole"'
wait_for 20 asked_has alerts "" '"state":"firing"'
wait_for 20 asked_has query 'mtuscope_path_lost_size_bytes{dst="10.9.0.1"}' '"1420"'
end_watch 1
# Nobody is told what was true once.
[[ ! -e $LAB_TMP/text/mtuscope.prom ]] || fail "the figures are still there"

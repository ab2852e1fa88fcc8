"""Requests counted, and told as Prometheus reads them."""

from runtime.http.metrics import Measures, gauge, gauges


def test_a_metric_is_prometheus_text() -> None:
    assert gauge("a", "A.", True).text == "# HELP a A.\n# TYPE a gauge\na 1\n"
    assert gauges("a", "A.", "l", [('x"\n\\', 1.5)]).text.endswith('a{l="x\\"\\n\\\\"} 1.5\n')


def test_requests_are_counted_by_method_and_status_and_timed_by_door() -> None:
    measures = Measures()
    for status, seconds in ((204, 0.25), (200, 0.004), (503, 11)):
        measures.count("GET", status, "api", seconds)
    measures.count("BREW", 418, "page", 0.1)
    counted, timed = (metric.text.splitlines() for metric in measures.metrics())
    assert counted[2:] == [
        'trellis_requests_total{method="GET",status="2xx"} 2',
        'trellis_requests_total{method="GET",status="5xx"} 1',
        'trellis_requests_total{method="other",status="4xx"} 1',
    ]
    api = [line for line in timed if 'door="api"' in line]
    assert api[0] == 'trellis_request_seconds_bucket{door="api",le="0.005"} 1'
    assert 'trellis_request_seconds_bucket{door="api",le="0.1"} 1' in api
    assert 'trellis_request_seconds_bucket{door="api",le="0.25"} 2' in api
    assert 'trellis_request_seconds_bucket{door="api",le="10"} 2' in api
    assert api[-3:] == [
        'trellis_request_seconds_bucket{door="api",le="+Inf"} 3',
        'trellis_request_seconds_sum{door="api"} 11.254',
        'trellis_request_seconds_count{door="api"} 3',
    ]

import pytest

from tests.rules.judging import Case, cases, judged

CASES = """
+ pins: {application/a: 1.1.0}
ENV010 /spec/pins/application/a info none: the pin of application/a changed from '1.0.0' to '1.1.0'

- pins: {application/a: ^1.4}
+ pins: {application/a: ^1.3}
ENV011 /spec/pins/application/a warning none: the pin of application/a changed from '^1.4' to '^1.3'

- pins: {application/a: '>=1.2, <2'}
+ pins: {application/a: ^1.2}
ENV900 /spec/pins/application/a warning none:
  'pins.application/a' changed from '>=1.2, <2' to '^1.2'

- pins: {application/a: newest}
+ pins: {application/a: 1.0.0}
ENV900 /spec/pins/application/a warning none: 'pins.application/a' changed from 'newest' to '1.0.0'

+ pins: {application/a: 1.0.0, application/b: 1.0.0}
ENV012 /spec/pins/application/b info none: a pin of application/b was added

+ pins:
ENV013 /spec/pins error none: the pin of application/a was removed

- pins: {application/a: 1.0.0, application/b: 1.0.0}
+ pins: {application/b: 1.0.0}
ENV013 /spec/pins/application/a error none: the pin of application/a was removed

+ hold: {application/a: {reason: incident}}
ENV014 /spec/hold info none: application/a is on hold

- hold: {application/a: {reason: incident}}
ENV015 /spec/hold info none: the hold on application/a was lifted

- hold: {application/a: {reason: incident}}
+ hold: {application/a: {reason: audit}}
ENV900 /spec/hold/application/a/reason info none:
  'hold.application/a.reason' changed from 'incident' to 'audit'

+ bind: {route/r: model/m}
ENV016 /spec/bind warning none: 'bind' was added

- bind: {route/r: model/m}
+ bind: {route/r: model/n}
ENV016 /spec/bind/route/r warning none:
  the replacement of route/r changed from 'model/m' to 'model/n'

+ after: environment/staging
ENV017 /spec/after info none: after was added

- arms: {application/a: [{name: x, version: 1.0.0, weight: 1}]}
+ arms: {application/a: [{name: x, version: 1.0.0, weight: 2}]}
ENV018 /spec/arms/application/a/name=x/weight warning none:
  'arms.application/a.x.weight' changed from 1 to 2

+ registry: {git: 'https://git.example.com/a.git'}
ENV900 /spec/registry warning none: 'registry' was added
"""


@pytest.mark.parametrize("case", cases(CASES), ids=str)
def test_change_of_an_environment_is_judged(case: Case) -> None:
    assert judged("Environment", case) == case.told

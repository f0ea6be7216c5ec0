from datetime import date

from django.db import migrations

# Until August 2026: weekdays after which no bot saw a full listing of arXiv's. From then on the same holidays,
# a Saturday's kept on Friday and a Sunday's on Monday. Memorial Day and Presidents' Day are none: listings came.
HOLIDAYS = {
    "Juneteenth": ["2025-06-19", "2026-06-19", "2027-06-18"],
    "Independence Day": ["2026-07-03", "2027-07-05"],
    "Labor Day": ["2025-09-01", "2026-09-07", "2027-09-06"],
    "Thanksgiving": ["2025-11-27", "2026-11-26", "2027-11-25"],
    "Christmas Day": ["2025-12-25", "2026-12-25", "2027-12-24"],
    "New Year’s Day": ["2026-01-01", "2027-01-01"],
    "Martin Luther King Jr. Day": ["2026-01-19", "2027-01-18"],
}


def add(apps, schema_editor):
    holiday = apps.get_model("papers", "Holiday")
    for name, days in HOLIDAYS.items():
        for day in days:
            holiday.objects.get_or_create(day=date.fromisoformat(day), defaults={"name": name})


class Migration(migrations.Migration):
    dependencies = [("papers", "0008_holidays")]
    # Backwards nothing: the table goes, and staff may have changed the rows.
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
